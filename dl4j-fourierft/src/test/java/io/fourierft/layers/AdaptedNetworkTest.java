package io.fourierft.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.Entries;
import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
              if (!key.contains("spectrum")) {
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
      assertThat(adapted.trainableCount()).isEqualTo(24);
      assertThat(adapted.parameterCount()).isEqualTo(plain.numParams() + 24);
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
    assertThat(AdaptedNetwork.of(loaded).names()).containsExactly(AdaptedNetwork.DEFAULT);
  }

  @Test
  void aGraphIsAdaptedSavedAndLoaded(@TempDir Path directory) throws Exception {
    ComputationGraph plain = Nets.graph();
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
    assertThat(taken.active()).containsExactly("other");
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
        .hasMessageContaining("expected unmerged but found them merged");
    assertThatThrownBy(() -> adapted.network().fit(data))
        .hasMessageContaining("training expected unmerged adapters");
    adapted.unmerge();
    assertSameBits(adapted.network(), before);
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(output);
    assertThatThrownBy(adapted::unmerge).hasMessageContaining("expected merged");

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
        .hasMessageContaining("found it changed (layer second, weight W)");
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
    adapted.activate("default", "second");
    INDArray both = firstDelta.add(secondDelta);
    assertThat(adapted.delta("first").equalsWithEps(both, 1e-12)).isTrue();
    INDArray together = adapted.network().output(data.getFeatures());
    adapted.combine("mean", Map.of("default", 0.5, "second", 0.5));
    adapted.activate("mean");
    assertThat(adapted.delta("first").equalsWithEps(both.mul(0.5), 1e-6)).isTrue();
    adapted.disable();
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(without);
    adapted.activate("default", "second");
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(together);
    adapted.delete("second");
    adapted.delete("mean");
    assertThat(adapted.names()).containsExactly("default");
    assertThat(adapted.network().output(data.getFeatures())).isEqualTo(first);
    assertThatThrownBy(() -> adapted.activate("second"))
        .hasMessageContaining("adapter expected one of [default] but found second");
  }

  @Test
  void anAdapterGoesToAFileAndBack() {
    DataSet data = Nets.data(1, 8, DataType.FLOAT, Nets.IN);
    AdaptedNetwork<MultiLayerNetwork> trained =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS);
    Adapter adapter = trained.toAdapter().build();
    AdaptedNetwork<MultiLayerNetwork> fresh =
        AdaptedNetwork.attach(Nets.dense(DataType.FLOAT), OPTIONS.withGaussianStart(99));
    fresh.load(AdaptedNetwork.DEFAULT, adapter);
    assertThat(fresh.network().output(data.getFeatures()))
        .isEqualTo(trained.network().output(data.getFeatures()));
    fresh.add("again", adapter);
    fresh.activate("again");
    assertThat(fresh.network().output(data.getFeatures()))
        .isEqualTo(trained.network().output(data.getFeatures()));
  }
}
