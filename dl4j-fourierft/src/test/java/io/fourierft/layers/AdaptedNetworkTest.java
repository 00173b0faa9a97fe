package io.fourierft.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.FourierOptions;
import io.fourierft.ParameterCount;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.Entries;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

class AdaptedNetworkTest {
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("first", "second"))
          .withNFrequency(12)
          .withScaling(20)
          .withGaussianStart(3);

  private static Map<String, INDArray> weights(Model model) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    model
        .paramTable()
        .forEach(
            (key, value) -> {
              if (!key.contains("spectrum") && !key.contains("full")) {
                copies.put(key, value.dup());
              }
            });
    return copies;
  }

  private static void assertSameBits(Model model, Map<String, INDArray> before) {
    Map<String, INDArray> now = weights(model);
    assertThat(now.keySet()).isEqualTo(before.keySet());
    before.forEach(
        (key, value) ->
            assertThat(now.get(key).dup('c').data().asDouble())
                .as(key)
                .containsExactly(value.dup('c').data().asDouble()));
  }

  @Test
  void trainingMovesTheCoefficientsAndNothingElse() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      MultiLayerNetwork plain = Nets.dense(type);
      DataSet data = Nets.data(1, 96, type, Nets.IN);
      plain.fit(Nets.batches(data));
      Map<String, INDArray> before = weights(plain);
      AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(plain, OPTIONS);
      assertSameBits(adapted.network(), before);
      double score = adapted.network().score(data);
      INDArray coefficients = adapted.network().getParam("0_W.spectrum0").dup();
      adapted.network().fit(Nets.batches(data), 30);
      assertSameBits(adapted.network(), before);
      assertThat(adapted.network().score(data)).isLessThan(score * 0.9);
      assertThat(adapted.network().getParam("0_W.spectrum0")).isNotEqualTo(coefficients);
      assertThat(adapted.network().getUpdater().getStateViewArray().length())
          .as("Adam keeps two numbers for each coefficient and none for anything else")
          .isEqualTo(2 * 24);
      assertThat(adapted.parameterCount())
          .isEqualTo(new ParameterCount(24, plain.numParams() + 24));
      assertThat(adapted.modules()).containsExactly("first", "second");
    }
  }

  @Test
  void theDeltaIsThatOfTheDenseOracle() {
    MultiLayerNetwork plain = Nets.dense(DataType.DOUBLE);
    DataSet data = Nets.data(1, 5, DataType.DOUBLE, Nets.IN);
    try (AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(plain, OPTIONS)) {
      Entries entries = Entries.of(OPTIONS.rule(), 9, 8, 12);
      double[] delta =
          DenseDelta.of(
              entries,
              adapted.network().getParam("1_W.spectrum0").toDoubleVector(),
              OPTIONS.scaling());
      INDArray expected = Nd4j.createFromArray(delta).reshape(9, 8);
      assertThat(adapted.delta("second").equalsWithEps(expected, 1e-12)).isTrue();
      plain.getParam("1_W").addi(expected.transpose());
      plain.getParam("0_W").addi(adapted.delta("first").transpose());
      INDArray same = plain.output(data.getFeatures());
      assertThat(adapted.network().output(data.getFeatures()).equalsWithEps(same, 1e-12)).isTrue();
    }
  }

  @Test
  void aZeroStartComputesWhatTheNetworkDid() {
    MultiLayerNetwork plain = Nets.convolutional();
    DataSet data = Nets.data(1, 32, DataType.FLOAT, 1, 8, 8);
    plain.fit(data);
    FourierOptions options =
        FourierOptions.of(TargetModules.of("conv1", "conv2")).withNFrequency(10);
    try (AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(plain, options)) {
      assertThat(adapted.network().output(data.getFeatures()))
          .isEqualTo(plain.output(data.getFeatures()));
      Map<String, INDArray> before = weights(plain);
      adapted.network().fit(Nets.batches(data), 5);
      assertSameBits(adapted.network(), before);
    }
  }

  @Test
  void aNetworkIsSavedAndLoadedAsAnyOther(@TempDir Path directory) throws Exception {
    DataSet data = Nets.data(1, 64, DataType.FLOAT, Nets.IN);
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS);
    adapted.network().fit(Nets.batches(data), 3);
    File file = directory.resolve("net.zip").toFile();
    adapted.network().save(file, true);
    MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
    assertThat(loaded.getLayerWiseConfigurations())
        .isEqualTo(adapted.network().getLayerWiseConfigurations());
    assertThat(loaded.params()).isEqualTo(adapted.network().params());
    assertThat(loaded.getUpdater().getStateViewArray())
        .isEqualTo(adapted.network().getUpdater().getStateViewArray());
    assertThat(loaded.output(data.getFeatures()))
        .isEqualTo(adapted.network().output(data.getFeatures()));
    loaded.fit(Nets.batches(data));
    assertThat(AdaptedNetwork.of(loaded).adapters()).containsExactly(AdaptedNetwork.DEFAULT);
  }

  @Test
  void aGraphIsAdaptedSavedAndLoaded(@TempDir Path directory) throws Exception {
    ComputationGraph plain = Nets.graph(DataType.FLOAT);
    DataSet data = Nets.data(1, 64, DataType.FLOAT, Nets.IN);
    plain.fit(Nets.batches(data));
    Map<String, INDArray> before = weights(plain);
    FourierOptions options =
        FourierOptions.of(TargetModules.of("right", "top")).withNFrequency(12).withScaling(20);
    AdaptedNetwork<ComputationGraph> adapted = AdaptedNetwork.attach(plain, options);
    assertThat(adapted.network().outputSingle(data.getFeatures()))
        .isEqualTo(plain.outputSingle(data.getFeatures()));
    double score = adapted.network().score(data);
    adapted.network().fit(Nets.batches(data), 20);
    assertThat(adapted.network().score(data)).isLessThan(score);
    assertSameBits(adapted.network(), before);
    File file = directory.resolve("graph.zip").toFile();
    adapted.network().save(file, true);
    ComputationGraph loaded = ComputationGraph.load(file, true);
    assertThat(loaded.outputSingle(data.getFeatures()))
        .isEqualTo(adapted.network().outputSingle(data.getFeatures()));
    AdaptedNetwork<ComputationGraph> taken = AdaptedNetwork.of(loaded);
    taken.add("other", options.withNFrequency(5).withGaussianStart(1));
    taken.activate("other");
    taken.network().fit(Nets.batches(data));
    assertThat(taken.active()).containsOnlyKeys("other");
    ComputationGraph merged = taken.plain();
    assertThat(
            merged
                .outputSingle(data.getFeatures())
                .equalsWithEps(taken.network().outputSingle(data.getFeatures()), 1e-5))
        .isTrue();
    assertThat(merged.getConfiguration().toJson()).doesNotContain("fourierft");
  }

  @Test
  void mergingIsUndoneBitForBit(@TempDir Path directory) throws Exception {
    DataSet data = Nets.data(1, 16, DataType.FLOAT, Nets.IN);
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS);
    Map<String, INDArray> before = weights(adapted.network());
    INDArray output = adapted.network().output(data.getFeatures());
    adapted.merge();
    assertThat(adapted.merged()).isTrue();
    assertThat(adapted.network().output(data.getFeatures()).equalsWithEps(output, 1e-5)).isTrue();
    assertThatThrownBy(adapted::merge)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected without a merged change but found [default] merged");
    assertThatThrownBy(() -> adapted.network().fit(data))
        .hasMessageContaining("training expected unmerged adapters");
    adapted.unmerge();
    assertSameBits(adapted.network(), before);
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(output);
    assertThatThrownBy(adapted::unmerge)
        .hasMessage("unmerge expected a merged change but found none");

    MultiLayerNetwork plain = adapted.plain();
    File file = directory.resolve("plain.zip").toFile();
    ModelSerializer.writeModel(plain, file, false);
    assertThat(ModelSerializer.restoreMultiLayerNetwork(file).output(data.getFeatures()))
        .isEqualTo(plain.output(data.getFeatures()));
    assertThat(plain.output(data.getFeatures()).equalsWithEps(output, 1e-5)).isTrue();
    assertThat(plain.getLayerWiseConfigurations().toJson()).doesNotContain("fourierft");
  }

  @Test
  void aWeightThatChangedAfterMergingIsNotUnmerged() {
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(Nets.dense(DataType.DOUBLE), OPTIONS);
    adapted.merge();
    INDArray weight = adapted.network().getParam("1_W");
    weight.putScalar(5, weight.getDouble(5) + 1e-9);
    Map<String, INDArray> before = weights(adapted.network());
    assertThatThrownBy(adapted::unmerge)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected as it was merged but found other numbers")
        .hasMessageContaining("(second.W)");
    assertSameBits(adapted.network(), before);
    assertThat(adapted.merged()).isTrue();
  }

  @Test
  void adaptersAreAddedActivatedCombinedAndDeleted() {
    DataSet data = Nets.data(1, 8, DataType.DOUBLE, Nets.IN);
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(Nets.dense(DataType.DOUBLE), OPTIONS);
    INDArray without = Nets.dense(DataType.DOUBLE).output(data.getFeatures());
    INDArray first = adapted.network().output(data.getFeatures());
    INDArray firstDelta = adapted.delta("first");
    adapted.add("second", OPTIONS.withGaussianStart(4));
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(first);
    adapted.activate("second");
    INDArray secondDelta = adapted.delta("first");
    assertThat(adapted.network().output(data.getFeatures())).isNotEqualTo(first);
    adapted.combine(Map.of("default", 1.0, "second", -0.5));
    INDArray both = firstDelta.add(secondDelta.mul(-0.5));
    assertThat(adapted.delta("first").equalsWithEps(both, 1e-12)).isTrue();
    assertThat(adapted.parameterCount().trainable()).isZero();
    INDArray together = adapted.network().output(data.getFeatures());
    adapted.disable();
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(without);
    adapted.combine(Map.of("default", 1.0, "second", -0.5));
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(together);
    assertThatThrownBy(() -> adapted.delete("second"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("expected to be inactive but found second");
    adapted.activate("default");
    adapted.delete("second");
    assertThat(adapted.adapters()).containsExactly("default");
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(first);
    assertThatThrownBy(() -> adapted.activate("second"))
        .hasMessageContaining("adapter expected one of [default] but found second");
  }

  @Test
  void headsAndBiasesTrainBesideTheirBase() {
    MultiLayerNetwork plain = Nets.dense(DataType.FLOAT);
    DataSet data = Nets.data(5, 64, DataType.FLOAT, Nets.IN);
    Map<String, INDArray> before = weights(plain);
    INDArray output = plain.output(data.getFeatures());
    FourierOptions options =
        FourierOptions.of(TargetModules.allLinear())
            .withNFrequencyPattern(Map.of("second", 7))
            .withNFrequency(5)
            .withModulesToSave("head")
            .withBias(BiasMode.ADAPTED);
    AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(plain, options);
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(output);
    assertThat(adapted.modules()).containsExactly("first", "second");
    assertThat(adapted.parameterCount().trainable()).isEqualTo(5 + 7 + 8 + 9 + 9 * 3 + 3);
    double score = adapted.network().score(data);
    adapted.network().fit(Nets.batches(data), 10);
    assertThat(adapted.network().score(data)).isLessThan(score);
    assertSameBits(adapted.network(), before);
    INDArray trained = adapted.network().output(data.getFeatures());

    Adapter adapter = adapted.toAdapter().build();
    assertThat(adapter.tensors()).hasSize(4);
    AdaptedNetwork<MultiLayerNetwork> fresh = AdaptedNetwork.attach(plain, options);
    fresh.load(adapter);
    assertThat(fresh.network().output(data.getFeatures())).isEqualTo(trained);
    fresh.disable();
    assertThat(fresh.network().output(data.getFeatures())).isEqualTo(output);
    fresh.add("again", adapter);
    fresh.activate("again");
    assertThat(fresh.network().output(data.getFeatures())).isEqualTo(trained);
    INDArray merged = fresh.plain().output(data.getFeatures());
    assertThat(merged.equalsWithEps(trained, 1e-5)).isTrue();
    fresh.mergeAndDetach();
    assertThat(fresh.network().output(data.getFeatures())).isEqualTo(merged);
  }

  @Test
  void memoryIsTakenByUseAndGivenBackOnRelease() {
    INDArray features = Nets.data(5, 4, DataType.FLOAT, Nets.IN).getFeatures();
    MultiLayerNetwork plain = Nets.dense(DataType.FLOAT);
    AdaptedNetwork<MultiLayerNetwork> adapted = AdaptedNetwork.attach(plain, OPTIONS);
    assertThat(adapted.network().params().length()).isEqualTo(plain.params().length() + 24);
    assertThat(adapted.network().getFlattenedGradients()).isNull();
    assertThat(holds(adapted)).containsOnly(false);
    INDArray output = adapted.network().output(features);
    assertThat(holds(adapted)).containsOnly(true);
    adapted.release();
    assertThat(holds(adapted)).containsOnly(false);
    assertThat(adapted.network().output(features)).isEqualTo(output);
    adapted.disable();
    adapted.network().output(features);
    assertThat(holds(adapted)).containsOnly(false);
  }

  private static List<Boolean> holds(AdaptedNetwork<MultiLayerNetwork> adapted) {
    return new LayeredHost(adapted.network())
        .sites().stream()
            .map(Host.Site::running)
            .filter(AdaptedLayer.class::isInstance)
            .flatMap(layer -> ((AdaptedLayer) layer).weights().stream())
            .map(EffectiveWeight::holds)
            .toList();
  }

  @Test
  void aCloneComputesAndTrainsTheSame() {
    DataSet data = Nets.data(5, 32, DataType.FLOAT, Nets.IN);
    FourierOptions top = OPTIONS.withTargets(TargetModules.of("second"));
    MultiLayerNetwork network = AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), top).network();
    network.fit(data);
    MultiLayerNetwork copy = network.clone();
    assertThat(copy.output(data.getFeatures())).isEqualTo(network.output(data.getFeatures()));
    Nd4j.getRandom().setSeed(1); // dropout
    network.fit(data);
    Nd4j.getRandom().setSeed(1);
    copy.fit(data);
    assertThat(copy.params()).isEqualTo(network.params());
    FourierOptions graphTop = OPTIONS.withTargets(TargetModules.of("top"));
    ComputationGraph graph = AdaptedNetwork.attach(Nets.graph(DataType.FLOAT), graphTop).network();
    ComputationGraph graphCopy = graph.clone(); // which forgets its iterations
    graph.fit(data);
    graphCopy.fit(data);
    assertThat(graphCopy.params()).isEqualTo(graph.params());
  }

  @Test
  void layersAreNamedByNameOrNumberAndTheHeadOnlyOnRequest() {
    MultiLayerNetwork plain = Nets.dense(DataType.FLOAT);
    FourierOptions all = FourierOptions.of(TargetModules.allLinear()).withNFrequency(5);
    assertThat(AdaptedNetwork.attach(plain, all).modules()).containsExactly("first", "second");
    FourierOptions numbers = all.withTargets(TargetModules.of("0", "2"));
    assertThat(AdaptedNetwork.attach(plain, numbers).modules()).containsExactly("first", "head");
    FourierOptions expression = all.withTargets(TargetModules.matching("s.*|head"));
    assertThat(AdaptedNetwork.attach(plain, expression).modules())
        .containsExactly("second", "head");
  }

  @Test
  void adaptersOfOtherShapesAreRefusedAndChangeNothing() {
    AdaptedNetwork<MultiLayerNetwork> adapted =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS);
    INDArray before = adapted.network().params().dup();
    Adapter good = adapted.toAdapter().build();
    Adapter shape =
        good.toBuilder().layers(List.of(new AdapterLayer("first", 8, 7, new float[12]))).build();
    Adapter missing = good.toBuilder().layers(good.layers().subList(0, 1)).build();
    Adapter scaled = good.toBuilder().scaling(3).build();
    Adapter tensor =
        good.toBuilder().addTensor(new NamedTensor("head.W", new long[] {2}, new float[2])).build();
    assertThatThrownBy(() -> adapted.load(shape))
        .hasMessage("adapter layer expected shape [8, 6] but found [8, 7] (first)");
    assertThatThrownBy(() -> adapted.add("other", shape))
        .hasMessage("adapter layer expected shape [8, 6] but found [8, 7] (first)");
    assertThatThrownBy(() -> adapted.load(missing)).hasMessageContaining("no [second]");
    assertThatThrownBy(() -> adapted.load(scaled))
        .hasMessageContaining("scaling expected 20.0 but found 3.0");
    assertThatThrownBy(() -> adapted.add("other", tensor))
        .hasMessageContaining("adapter tensor expected [9, 3] but found head.W [2]");
    assertThatThrownBy(() -> adapted.add("default", good)).hasMessageContaining("to be new");
    assertThat(adapted.network().params()).isEqualTo(before);
    assertThat(adapted.adapters()).containsExactly("default");
  }

  @Test
  void anAdapterGoesToAFileAndBack() {
    DataSet data = Nets.data(1, 8, DataType.FLOAT, Nets.IN);
    AdaptedNetwork<MultiLayerNetwork> trained =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS);
    Adapter adapter = trained.toAdapter().build();
    AdaptedNetwork<MultiLayerNetwork> fresh =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS.withGaussianStart(99));
    fresh.load(adapter);
    assertThat(fresh.network().output(data.getFeatures()))
        .isEqualTo(trained.network().output(data.getFeatures()));
    fresh.add("again", adapter);
    fresh.activate("again");
    assertThat(fresh.network().output(data.getFeatures()))
        .isEqualTo(trained.network().output(data.getFeatures()));
  }
}
