package io.fourierft.layers;

import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.spectral.EntryRule;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class GradientTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final int SETTINGS = 7; // of each kind

  private final SplittableRandom random = new SplittableRandom(SEED);

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  private Activation activation() {
    return List.of(Activation.TANH, Activation.SIGMOID, Activation.IDENTITY, Activation.ELU)
        .get(random.nextInt(4));
  }

  private FourierFtLayer adapted(Layer layer, int cells) {
    EntryRule rule =
        random.nextBoolean()
            ? EntryRule.seeded(random.nextInt(10_000))
            : new EntryRule.BandPass(random.nextInt(100), 0, 3);
    FourierOptions options =
        FourierOptions.of(TargetModules.of("any"))
            .withNFrequency(between(1, Math.max(1, Math.min(9, cells / 2))))
            .withScaling(between(1, 5))
            .withRule(rule);
    return FourierFtLayer.of(layer, options)
        .withUpdater(new Sgd(1.0))
        .withBiasTrained(random.nextBoolean());
  }

  private MultiLayerNetwork network(InputType input, Layer... layers) {
    NeuralNetConfiguration.ListBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(1.0))
            .l2(random.nextBoolean() ? 0.01 : 0)
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (Layer layer : layers) {
      builder.layer(layer);
    }
    return started(
        new MultiLayerNetwork(builder.overrideNinUponBuild(false).setInputType(input).build()));
  }

  private MultiLayerNetwork started(MultiLayerNetwork network) {
    network.init();
    // Coefficients of a new network are zero: start somewhere else.
    for (Host.Site site : new LayeredHost(network).sites()) {
      if (site.configuration() instanceof FourierFtLayer layer) {
        layer.added().keySet().forEach(key -> fill(site.running().getParam(key)));
      }
    }
    return network;
  }

  private void fill(INDArray values) {
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian());
    }
  }

  private INDArray gaussian(long... shape) {
    INDArray values = Nd4j.create(DataType.DOUBLE, shape);
    fill(values.reshape(values.length()));
    return values;
  }

  private INDArray oneHot(int examples, int classes) {
    INDArray labels = Nd4j.create(DataType.DOUBLE, examples, classes);
    for (int i = 0; i < examples; i++) {
      labels.putScalar(i, random.nextInt(classes), 1);
    }
    return labels;
  }

  private static OutputLayer.Builder softmax(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX);
  }

  private static FourierFtLayer frozenSoftmax(int classes) {
    return FourierFtLayer.frozen(softmax(classes).build());
  }

  private void check(MultiLayerNetwork network, INDArray features, INDArray labels, String what) {
    NumericGradient.check(network, new DataSet(features, labels), what);
  }

  @Test
  void denseLayers() {
    for (int i = 0; i < SETTINGS; i++) {
      int in = between(2, 7);
      int hidden = between(2, 7);
      MultiLayerNetwork network =
          network(
              InputType.feedForward(in),
              new DenseLayer.Builder().nOut(in).activation(activation()).build(),
              adapted(
                  new DenseLayer.Builder()
                      .nOut(hidden)
                      .activation(activation())
                      .hasLayerNorm(random.nextBoolean())
                      .build(),
                  in * hidden),
              adapted(
                  new DenseLayer.Builder().nOut(3).activation(activation()).build(), hidden * 3),
              softmax(3).build());
      check(network, gaussian(4, in), oneHot(4, 3), "dense " + i + ", seed " + SEED);
    }
  }

  @Test
  void outputLayersOfVectorsAndSequences() {
    for (int i = 0; i < SETTINGS; i++) {
      int in = between(2, 6);
      String what = "output " + i + ", seed " + SEED;
      check(
          network(
              InputType.feedForward(in),
              new DenseLayer.Builder().nOut(in).activation(activation()).build(),
              adapted(softmax(4).build(), in * 4)),
          gaussian(5, in),
          oneHot(5, 4),
          what);
      MultiLayerNetwork sequences =
          network(
              InputType.recurrent(in, 3),
              adapted(
                  new RnnOutputLayer.Builder(LossFunction.MSE)
                      .nOut(2)
                      .activation(Activation.TANH)
                      .build(),
                  in * 2));
      DataSet data = new DataSet(gaussian(2, in, 3), gaussian(2, 2, 3));
      data.setLabelsMaskArray(
          Nd4j.create(new double[][] {{1, 1, 0}, {1, 1, 1}}).castTo(DataType.DOUBLE));
      NumericGradient.check(sequences, data, "sequence " + what);
    }
  }

  @Test
  void embeddings() {
    for (int i = 0; i < SETTINGS; i++) {
      int words = between(3, 8);
      int size = between(2, 5);
      INDArray indices = Nd4j.create(DataType.DOUBLE, 4, 1);
      for (int j = 0; j < 4; j++) {
        indices.putScalar(j, random.nextInt(words));
      }
      FourierFtLayer embedding =
          adapted(
              new EmbeddingLayer.Builder()
                  .nIn(words)
                  .nOut(size)
                  .hasBias(true)
                  .activation(activation())
                  .build(),
              words * size);
      check(
          network(
              InputType.feedForward(1),
              embedding,
              FourierFtLayer.frozen(softmax(3).nIn(size).build())),
          indices,
          oneHot(4, 3),
          "embedding " + i + ", seed " + SEED);
    }
  }

  @Test
  void embeddingsOfSequences() {
    for (int i = 0; i < SETTINGS; i++) {
      int words = between(3, 8);
      int size = between(2, 5);
      INDArray indices = Nd4j.create(DataType.DOUBLE, 3, 1, 4);
      for (int j = 0; j < 12; j++) {
        indices.putScalar(j, random.nextInt(words));
      }
      FourierFtLayer embedding =
          adapted(
              new EmbeddingSequenceLayer.Builder()
                  .nIn(words)
                  .nOut(size)
                  .inputLength(4)
                  .hasBias(random.nextBoolean())
                  .activation(activation())
                  .build(),
              words * size);
      check(
          network(InputType.recurrent(1, 4), embedding, new GlobalPoolingLayer(), frozenSoftmax(3)),
          indices,
          oneHot(3, 3),
          "embedding sequence " + i + ", seed " + SEED);
    }
  }

  @Test
  void convolutions() {
    for (int i = 0; i < SETTINGS; i++) {
      int channels = between(1, 3);
      int height = between(4, 6);
      int width = between(4, 6);
      int[] kernel = {between(1, 3), between(1, 3)};
      int filters = between(1, 3);
      ConvolutionLayer convolution =
          new ConvolutionLayer.Builder(kernel)
              .nOut(filters)
              .stride(between(1, 2), between(1, 2))
              .hasBias(random.nextBoolean())
              .activation(activation())
              .build();
      check(
          network(
              InputType.convolutional(height, width, channels),
              new ConvolutionLayer.Builder(2, 2).nOut(channels).activation(Activation.TANH).build(),
              adapted(convolution, filters * channels * kernel[0] * kernel[1]),
              frozenSoftmax(2)),
          gaussian(2, channels, height, width),
          oneHot(2, 2),
          "convolution " + i + ", seed " + SEED);
    }
  }

  @Test
  void convolutionsOverSequences() {
    for (int i = 0; i < SETTINGS; i++) {
      int channels = between(1, 4);
      int kernel = between(1, 3);
      int filters = between(1, 4);
      check(
          network(
              InputType.recurrent(channels, 6),
              adapted(
                  new Convolution1DLayer.Builder(kernel)
                      .nOut(filters)
                      .activation(activation())
                      .build(),
                  filters * channels * kernel),
              new GlobalPoolingLayer(),
              frozenSoftmax(2)),
          gaussian(2, channels, 6),
          oneHot(2, 2),
          "convolution 1d " + i + ", seed " + SEED);
    }
  }

  @Test
  void attention() {
    for (int i = 0; i < SETTINGS; i++) {
      int in = between(2, 5);
      int heads = between(1, 3);
      int size = between(1, 3);
      SelfAttentionLayer attention =
          new SelfAttentionLayer.Builder()
              .nOut(4)
              .nHeads(heads)
              .headSize(size)
              .projectInput(true)
              .build();
      check(
          network(
              InputType.recurrent(in, 3),
              new Convolution1DLayer.Builder(1).nOut(in).activation(Activation.TANH).build(),
              adapted(attention, Math.min(heads * size * in, heads * size * 4)),
              new GlobalPoolingLayer(),
              frozenSoftmax(2)),
          gaussian(2, in, 3),
          oneHot(2, 2),
          "attention " + i + ", seed " + SEED);
    }
  }

  @Test
  void layersUnderFrozenRecurrentOnes() {
    for (int i = 0; i < SETTINGS; i++) {
      int in = between(2, 4);
      MultiLayerNetwork network =
          network(
              InputType.recurrent(in, 4),
              adapted(
                  new Convolution1DLayer.Builder(1).nOut(3).activation(Activation.TANH).build(),
                  in * 3),
              FourierFtLayer.frozen(new LSTM.Builder().nOut(3).build()),
              FourierFtLayer.frozen(
                  new RnnOutputLayer.Builder(LossFunction.MSE)
                      .nOut(2)
                      .activation(Activation.IDENTITY)
                      .build()));
      check(network, gaussian(2, in, 4), gaussian(2, 2, 4), "recurrent " + i + ", seed " + SEED);
    }
  }

  @Test
  void graphs() {
    for (int i = 0; i < SETTINGS; i++) {
      FourierOptions options =
          FourierOptions.of(
                  random.nextBoolean()
                      ? TargetModules.of("left", "top")
                      : TargetModules.of("right", "head"))
              .withNFrequency(between(1, 12))
              .withScaling(between(1, 5))
              .withGaussianStart(random.nextInt(100));
      ComputationGraph network =
          AdaptedNetwork.attach(Nets.graph(DataType.DOUBLE), options, new Sgd(1.0)).network();
      DataSet data = Nets.data(random.nextInt(100), 4, DataType.DOUBLE, Nets.IN);
      NumericGradient.check(network, data, "graph " + i + ", seed " + SEED);
    }
  }

  @Test
  void layersUnderFrozenNormalisation() {
    for (int i = 0; i < SETTINGS; i++) {
      boolean images = random.nextBoolean();
      int in = between(2, 4);
      Layer below =
          images
              ? adapted(
                  new ConvolutionLayer.Builder(2, 2).nOut(3).activation(Activation.TANH).build(),
                  in * 12)
              : adapted(
                  new DenseLayer.Builder().nOut(3).activation(Activation.TANH).build(), in * 3);
      FourierFtLayer normalisation =
          FourierFtLayer.frozen(
              new BatchNormalization.Builder()
                  .lockGammaBeta(random.nextBoolean())
                  .useLogStd(random.nextBoolean())
                  .build());
      MultiLayerNetwork network =
          network(
              images ? InputType.convolutional(3, 3, in) : InputType.feedForward(in),
              below,
              normalisation,
              frozenSoftmax(2));
      check(
          network,
          images ? gaussian(3, in, 3, 3) : gaussian(3, in),
          oneHot(3, 2),
          "normalisation " + i + ", seed " + SEED);
    }
  }
}
