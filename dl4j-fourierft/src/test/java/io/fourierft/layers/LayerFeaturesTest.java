package io.fourierft.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.listeners.ScoreIterationListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class LayerFeaturesTest {
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("any")).withNFrequency(9).withScaling(20);

  private static FourierFtDenseLayer.Builder graphLayer() {
    return new FourierFtDenseLayer.Builder()
        .name("adapted")
        .nOut(7)
        .nFrequency(9)
        .scaling(20)
        .activation(Activation.TANH);
  }

  private static Layer wrapped() {
    return FourierFtLayer.of(
        new DenseLayer.Builder()
            .name("adapted")
            .nOut(7)
            .activation(Activation.TANH)
            .constrainWeights(new MaxNormConstraint(0.1, 1))
            .build(),
        OPTIONS);
  }

  private static MultiLayerConfiguration configuration(DataType type, Layer middle) {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .dataType(type)
        .updater(new Adam(0.01))
        .biasUpdater(new Nesterovs(0.01, 0.9))
        .l2(0.01)
        .weightDecay(0.01)
        .list()
        .layer(new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build())
        .layer(middle)
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(Nets.CLASSES)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(Nets.IN))
        .build();
  }

  private static double[] bits(INDArray values) {
    return values.dup('c').data().asDouble();
  }

  @Test
  void bothLayersTrainInNewNetworksAndKeepTheirWeight(@TempDir Path directory) throws Exception {
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      for (Layer middle : List.of(graphLayer().build(), wrapped())) {
        MultiLayerNetwork network = new MultiLayerNetwork(configuration(type, middle));
        network.init();
        DataSet data = Nets.data(3, 96, type, Nets.IN);
        double[] weight = bits(network.getParam("1_W"));
        double score = network.score(data);
        network.setListeners(new ScoreIterationListener(1000));
        network.fit(Nets.batches(data), 15);
        assertThat(bits(network.getParam("1_W"))).containsExactly(weight);
        assertThat(network.score(data)).isLessThan(score);
        String key = middle instanceof FourierFtLayer ? "1_W.spectrum0" : "1_c";
        assertThat(network.getParam(key).amaxNumber().doubleValue()).isGreaterThan(0.01);
        Evaluation evaluation = network.evaluate(Nets.batches(data));
        assertThat(evaluation.accuracy()).isGreaterThan(0.5);

        File file = directory.resolve("net.zip").toFile();
        network.save(file, true);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
        assertThat(loaded.output(data.getFeatures())).isEqualTo(network.output(data.getFeatures()));
        network.fit(data);
        loaded.fit(data);
        assertThat(loaded.params()).isEqualTo(network.params());
      }
    }
  }

  @Test
  void configurationsGoThroughJsonAndYaml() {
    EntryRule explicit =
        new EntryRule.Explicit(List.of(new EntryList(7, 6, new long[] {3, 1, 41, 7, 8})));
    List<Layer> layers =
        List.of(
            graphLayer().build(),
            graphLayer().entries(new EntryRule.BandPass(3, 2.5, 1.5)).build(),
            wrapped(),
            FourierFtLayer.of(
                    new DenseLayer.Builder().nOut(7).build(),
                    OPTIONS.withNFrequency(5).withRule(explicit))
                .withUpdater(new Sgd(0.3)));
    for (Layer layer : layers) {
      MultiLayerConfiguration one = configuration(DataType.FLOAT, layer);
      assertThat(MultiLayerConfiguration.fromJson(one.toJson())).isEqualTo(one);
      assertThat(MultiLayerConfiguration.fromYaml(one.toYaml())).isEqualTo(one);
      assertThat(one.clone()).isEqualTo(one);
      MultiLayerNetwork network = new MultiLayerNetwork(one);
      network.init();
      assertThat(network.clone().output(Nets.data(1, 3, DataType.FLOAT, Nets.IN).getFeatures()))
          .isEqualTo(network.output(Nets.data(1, 3, DataType.FLOAT, Nets.IN).getFeatures()));
      assertThat(network.summary()).isNotEmpty();
    }
  }

  @Test
  void bothLayersComputeTheSame() {
    MultiLayerNetwork one =
        new MultiLayerNetwork(configuration(DataType.DOUBLE, graphLayer().build()));
    MultiLayerNetwork two = new MultiLayerNetwork(configuration(DataType.DOUBLE, wrapped()));
    one.init();
    two.init();
    for (String key : List.of("0_W", "0_b", "1_W", "1_b", "2_W", "2_b")) {
      two.setParam(key, one.getParam(key));
    }
    INDArray coefficients =
        org.nd4j.linalg.factory.Nd4j.createFromArray(1.0, -2, 0.5, 3, 0, 1, -1, 0.25, 2);
    one.setParam("1_c", coefficients);
    two.setParam("1_W.spectrum0", coefficients);
    INDArray features = Nets.data(1, 9, DataType.DOUBLE, Nets.IN).getFeatures();
    assertThat(one.output(features).equalsWithEps(two.output(features), 1e-12)).isTrue();
    NumericGradient.check(sgd(one), Nets.data(1, 4, DataType.DOUBLE, Nets.IN), "graph layer");
  }

  /** The network with rates of 1, as the gradient check wants them. */
  private static MultiLayerNetwork sgd(MultiLayerNetwork network) {
    MultiLayerNetwork copy =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(1.0))
                .list()
                .layer(new DenseLayer.Builder().nOut(6).activation(Activation.TANH).build())
                .layer(graphLayer().coefficientUpdater(new Sgd(1.0)).updater(new Sgd(1.0)).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(Nets.CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(Nets.IN))
                .build());
    copy.init();
    copy.setParams(network.params());
    return copy;
  }

  @Test
  void theFrozenWeightHasNoGradientAndNoUpdaterState() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(configuration(DataType.FLOAT, graphLayer().build()));
    network.init();
    DataSet data = Nets.data(3, 16, DataType.FLOAT, Nets.IN);
    network.fit(data);
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    assertThat(network.gradient().gradientForVariable()).doesNotContainKey("1_W");
    assertThat(network.gradient().gradientForVariable()).containsKeys("1_c", "1_b");
    long adam = network.getParam("0_W").length() + network.getParam("2_W").length() + 9;
    long nesterov = 6 + 7 + Nets.CLASSES;
    assertThat(network.getUpdater().getStateViewArray().length()).isEqualTo(2 * adam + nesterov);
  }

  @Test
  void earlyStoppingAndListenersWork() {
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(
            Nets.dense(DataType.FLOAT),
            OPTIONS.withTargets(TargetModules.of("first")),
            new Adam(0.1));
    DataSet data = Nets.data(3, 64, DataType.FLOAT, Nets.IN);
    List<Double> scores = new ArrayList<>();
    adapted
        .network()
        .setListeners(
            new BaseTrainingListener() {
              @Override
              public void iterationDone(Model model, int iteration, int epoch) {
                scores.add(model.score());
              }
            });
    EarlyStoppingConfiguration<MultiLayerNetwork> stopping =
        new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
            .epochTerminationConditions(new MaxEpochsTerminationCondition(4))
            .scoreCalculator(new DataSetLossCalculator(Nets.batches(data), true))
            .modelSaver(new InMemoryModelSaver<>())
            .build();
    EarlyStoppingResult<MultiLayerNetwork> result =
        new EarlyStoppingTrainer(stopping, adapted.network(), Nets.batches(data)).fit();
    assertThat(result.getTerminationReason())
        .as(result.getTerminationDetails())
        .isEqualTo(EarlyStoppingResult.TerminationReason.EpochTerminationCondition);
    assertThat(result.getScoreVsEpoch().values()).hasSize(4).allMatch(score -> score > 0);
    assertThat(scores).hasSize(16);
    MultiLayerNetwork best = result.getBestModel();
    assertThat(best.score(data)).isLessThan(Nets.dense(DataType.FLOAT).score(data));
    assertThat(AdaptedNetwork.of(best).modules()).containsExactly("first");
  }

  @Test
  void theLayerStandsInGraphs() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .addLayer("a", graphLayer().name("a").nIn(Nets.IN).build(), "in")
            .addLayer(
                "b",
                FourierFtLayer.of(
                    new DenseLayer.Builder().nIn(7).nOut(5).activation(Activation.TANH).build(),
                    OPTIONS),
                "a")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(5)
                    .nOut(Nets.CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "b")
            .setOutputs("out")
            .build();
    assertThat(ComputationGraphConfiguration.fromJson(configuration.toJson()))
        .isEqualTo(configuration);
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    DataSet data = Nets.data(3, 64, DataType.FLOAT, Nets.IN);
    double[] a = bits(network.getParam("a_W"));
    double[] b = bits(network.getParam("b_W"));
    double score = network.score(data);
    network.fit(Nets.batches(data), 10);
    assertThat(network.score(data)).isLessThan(score);
    assertThat(bits(network.getParam("a_W"))).containsExactly(a);
    assertThat(bits(network.getParam("b_W"))).containsExactly(b);
  }

  @Test
  void aWeightChangedFromOutsideCounts() {
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(
            Nets.dense(DataType.DOUBLE),
            OPTIONS.withTargets(TargetModules.of("first")).withGaussianStart(1));
    INDArray features = Nets.data(1, 4, DataType.DOUBLE, Nets.IN).getFeatures();
    INDArray before = adapted.network().output(features);
    adapted.network().getParam("0_W").addi(0.1);
    INDArray changed = adapted.network().output(features);
    assertThat(changed).isNotEqualTo(before);
    adapted.release();
    assertThat(adapted.network().output(features)).isEqualTo(changed);
  }

  @Test
  void badSettingsNameLayerValueAndBound() {
    assertThatThrownBy(() -> graphLayer().nFrequency(0).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("n_frequency expected a positive number but found 0 (layer adapted)");
    assertThatThrownBy(() -> graphLayer().scaling(Double.NaN).build())
        .hasMessage("scaling expected a finite number but found NaN (layer adapted)");
    assertThatThrownBy(() -> graphLayer().nOut(0).build())
        .hasMessage("nOut expected a positive number but found 0 (layer adapted)");
    assertThatThrownBy(() -> graphLayer().entries(EntryRule.seeded(-1)).build())
        .hasMessage("entry seed expected a number >= 0 but found -1 (layer adapted)");
    MultiLayerNetwork outside =
        new MultiLayerNetwork(
            configuration(
                DataType.FLOAT, graphLayer().entries(new EntryRule.BandPass(1, 50, 2)).build()));
    assertThatThrownBy(outside::init)
        .hasMessageContaining("centre frequency expected")
        .hasMessageContaining("but found 50.0")
        .hasMessageContaining("(layer adapted)");
    MultiLayerNetwork tooMany =
        new MultiLayerNetwork(configuration(DataType.FLOAT, graphLayer().nFrequency(43).build()));
    assertThatThrownBy(tooMany::init)
        .hasMessage(
            "n_frequency expected 1 to 42 but found 43 (layer adapted, weight W of [7, 6])");
    MultiLayerNetwork wrappedTooMany =
        new MultiLayerNetwork(
            configuration(
                DataType.FLOAT,
                FourierFtLayer.of(
                    new DenseLayer.Builder().name("wide").nOut(7).build(),
                    OPTIONS.withNFrequency(43))));
    assertThatThrownBy(wrappedTooMany::init)
        .hasMessage("n_frequency expected 1 to 42 but found 43 (layer wide, weight W of [7, 6])");
    assertThatThrownBy(
            () ->
                FourierFtLayer.of(
                    new org.deeplearning4j.nn.conf.layers.LSTM.Builder().nOut(3).build(), OPTIONS))
        .hasMessageContaining("but found LSTM");
  }

  @Test
  void layersThatCannotBeAdaptedAreRefusedWithTheReason() {
    MultiLayerNetwork network = Nets.convolutional();
    INDArray before = network.params().dup();
    assertThatThrownBy(
            () -> AdaptedNetwork.attach(network, OPTIONS.withTargets(TargetModules.of("norm"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("but found BatchNormalization (norm)")
        .hasMessageContaining("which of its parameters are weight matrices is not known");
    assertThatThrownBy(
            () -> AdaptedNetwork.attach(network, OPTIONS.withTargets(TargetModules.of("2"))))
        .hasMessageContaining("but found SubsamplingLayer")
        .hasMessageContaining("it has no parameters");
    assertThatThrownBy(
            () -> AdaptedNetwork.attach(network, OPTIONS.withTargets(TargetModules.of("conf1"))))
        .hasMessageContaining("nearest: conv1");
    assertThatThrownBy(
            () ->
                AdaptedNetwork.attach(
                    network, OPTIONS.withNFrequency(37).withTargets(TargetModules.of("conv1"))))
        .hasMessageContaining("n_frequency expected at most 36 but found 37 (conv1)");
    assertThat(network.params()).isEqualTo(before);
  }

  @Test
  void recurrentLayersStayFrozenAndTruncatedTrainingIsRefused() {
    NeuralNetConfiguration.ListBuilder builder =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.01))
            .list()
            .layer(new LSTM.Builder().nIn(3).nOut(4).build())
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nIn(4)
                    .nOut(2)
                    .activation(Activation.IDENTITY)
                    .build());
    FourierOptions options = OPTIONS.withNFrequency(5).withTargets(TargetModules.of("layer1"));
    MultiLayerNetwork network = new MultiLayerNetwork(builder.build());
    network.init();
    AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(network, options);
    INDArray features = Nets.data(1, 2, DataType.FLOAT, 3, 4).getFeatures();
    DataSet data = new DataSet(features, Nets.data(2, 2, DataType.FLOAT, 2, 4).getFeatures());
    double score = adapted.network().score(data);
    for (int i = 0; i < 20; i++) {
      adapted.network().fit(data);
    }
    assertThat(adapted.network().score(data)).isLessThan(score);
    for (String key : List.of("0_W", "0_RW", "0_b", "1_W", "1_b")) {
      assertThat(bits(adapted.network().getParam(key)))
          .as(key)
          .containsExactly(bits(network.getParam(key)));
    }
    MultiLayerNetwork truncated =
        new MultiLayerNetwork(
            builder.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2).build());
    truncated.init();
    assertThatThrownBy(() -> AdaptedNetwork.attach(truncated, options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("backpropagation expected Standard but found TruncatedBPTT");
  }

  @Test
  void networksThatCannotBeToldApartOrFrozenAreRefused() {
    MultiLayerNetwork twins =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().name("twin").nIn(3).nOut(3).build())
                .layer(new DenseLayer.Builder().name("twin").nIn(3).nOut(3).build())
                .build());
    twins.init();
    FourierOptions options = OPTIONS.withNFrequency(3).withTargets(TargetModules.of("twin"));
    assertThatThrownBy(() -> AdaptedNetwork.attach(twins, options))
        .hasMessage("layer names expected distinct but found twin twice");

    ComputationGraph attention =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(InputType.recurrent(3, 4))
                .addVertex(
                    "attention",
                    new AttentionVertex.Builder()
                        .nInKeys(3)
                        .nInValues(3)
                        .nInQueries(3)
                        .nHeads(1)
                        .nOut(3)
                        .projectInput(true)
                        .build(),
                    "in",
                    "in",
                    "in")
                .addLayer(
                    "out",
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "attention")
                .setOutputs("out")
                .build());
    attention.init();
    FourierOptions out = OPTIONS.withNFrequency(3).withTargets(TargetModules.of("out"));
    assertThatThrownBy(() -> AdaptedNetwork.attach(attention, out))
        .hasMessage(
            "vertices expected to be layers or without parameters but found AttentionVertex"
                + " (attention)");
  }
}
