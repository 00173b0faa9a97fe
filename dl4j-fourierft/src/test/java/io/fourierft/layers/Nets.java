package io.fourierft.layers;

import java.util.SplittableRandom;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks and data for tests. */
final class Nets {
  static final int IN = 6;
  static final int CLASSES = 3;

  private Nets() {}

  /** Three dense layers. */
  static MultiLayerNetwork dense(DataType type) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .dataType(type)
            .updater(new Adam(0.01))
            .l2(0.001)
            .list()
            .layer(
                new DenseLayer.Builder().name("first").nOut(8).activation(Activation.TANH).build())
            .layer(
                new DenseLayer.Builder()
                    .name("second")
                    .nOut(9)
                    .dropOut(0.9)
                    .activation(Activation.TANH)
                    .build())
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .name("head")
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.feedForward(IN))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** Two convolutions with normalisation, pooling and dropout between. */
  static MultiLayerNetwork convolutional() {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(8)
            .updater(new Adam(0.01))
            .list()
            .layer(
                new ConvolutionLayer.Builder(3, 3)
                    .name("conv1")
                    .nOut(4)
                    .activation(Activation.RELU)
                    .build())
            .layer(new BatchNormalization.Builder().name("norm").build())
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
            .layer(
                new ConvolutionLayer.Builder(2, 2)
                    .name("conv2")
                    .nOut(5)
                    .activation(Activation.RELU)
                    .build())
            .layer(new DropoutLayer(0.9))
            .layer(
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .name("head")
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build())
            .setInputType(InputType.convolutional(8, 8, 1))
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** Two paths that join. */
  static ComputationGraph graph(DataType type) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(9)
            .dataType(type)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(IN))
            .addLayer(
                "left", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), "in")
            .addLayer(
                "right", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
            .addLayer(
                "top", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), "sum")
            .addLayer(
                "head",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "top")
            .setOutputs("head")
            .build();
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    return network;
  }

  /** Gaussian examples whose class depends on them. */
  static DataSet data(long seed, int examples, DataType type, long... shape) {
    long[] whole = new long[shape.length + 1];
    whole[0] = examples;
    System.arraycopy(shape, 0, whole, 1, shape.length);
    SplittableRandom random = new SplittableRandom(seed);
    INDArray features = Nd4j.create(type, whole);
    INDArray labels = Nd4j.create(type, examples, CLASSES);
    long size = features.length() / examples;
    for (int i = 0; i < examples; i++) {
      double sum = 0;
      for (long j = 0; j < size; j++) {
        double value = random.nextGaussian();
        sum += (j % 2 == 0 ? 1 : -1) * value;
        features.putScalar(i * size + j, value);
      }
      double spread = sum / Math.sqrt(size);
      labels.putScalar(i, spread < -0.43 ? 0 : spread < 0.43 ? 1 : 2, 1);
    }
    return new DataSet(features, labels);
  }

  static DataSetIterator batches(DataSet data) {
    return new ListDataSetIterator<>(data.asList(), 16);
  }
}
