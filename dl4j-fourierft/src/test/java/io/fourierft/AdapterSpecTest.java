package io.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterSpecTest {
  private static final List<ModuleShape> MODULES =
      List.of(
          module("encoder.0.query", 4, 6),
          module("encoder.0.value", 4, 6),
          module("encoder.1.query", 3, 5));
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("query", "value")).withNFrequency(5);

  private static ModuleShape module(String name, int rows, int cols) {
    return new ModuleShape(name, rows, cols, ModuleShape.Kind.LINEAR);
  }

  @Test
  void layersOfOneShapeShareTheirEntries() {
    AdapterSpec spec = AdapterSpec.of(OPTIONS, MODULES);
    assertThat(spec.layers().get("encoder.0.query"))
        .isSameAs(spec.layers().get("encoder.0.value"))
        .isNotEqualTo(spec.layers().get("encoder.1.query"));
    assertThat(spec.coefficientCount()).isEqualTo(15);
  }

  @Test
  void coefficientsNeedCellsOfTheirLayer() {
    refused(
        OPTIONS.withNFrequency(16),
        "n_frequency expected at most 15 but found 16 (encoder.1.query)");
    refused(
        OPTIONS.withNFrequencyPattern(Map.of("0\\.value", 25)),
        "n_frequency expected at most 24 but found 25 (encoder.0.value)");
    assertThatThrownBy(() -> OPTIONS.withNFrequency(0))
        .hasMessage("n_frequency expected a positive number but found 0");
    assertThatThrownBy(() -> OPTIONS.withNFrequencyPattern(Map.of("query", -2)))
        .hasMessage("n_frequency of query expected a positive number but found -2");
  }

  @Test
  void numbersThatAreNoneAreRefused() {
    for (double scaling : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> OPTIONS.withScaling(scaling))
          .hasMessage("scaling expected a finite number but found " + scaling);
    }
    assertThatThrownBy(() -> OPTIONS.withRule(EntryRule.seeded(-1)))
        .hasMessage("entry seed expected a number >= 0 but found -1");
    assertThatThrownBy(() -> OPTIONS.withRule(new EntryRule.BandPass(-7, 0, 1)))
        .hasMessage("entry seed expected a number >= 0 but found -7");
  }

  @Test
  void aCentreFrequencyOutsideTheMatrixNamesTheLayerAndTheBound() {
    refused(
        OPTIONS.withRule(new EntryRule.BandPass(1, 2.4, 10)),
        "band-pass centre frequency expected at most 2.24 but found 2.4 (encoder.1.query)");
  }

  @Test
  void explicitEntriesMustBeThereForEveryLayer() {
    EntryRule rule =
        new EntryRule.Explicit(List.of(new EntryList(4, 6, new long[] {1, 2, 3, 4, 5})));
    refused(
        OPTIONS.withRule(rule),
        "explicit entries expected a list of shape [3, 5] but found none among 1 lists"
            + " (encoder.1.query)");
    assertThatThrownBy(() -> new EntryList(4, 6, new long[] {1, 2, 1}))
        .hasMessage("explicit entries expected distinct but found 1 twice (shape [4, 6])");
  }

  private static void refused(FourierOptions options, String message) {
    assertThatThrownBy(() -> AdapterSpec.of(options, MODULES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void anAdapterOfOtherLayersIsRefusedByName() {
    Adapter.Builder adapter = Adapter.builder();
    Adapter transposed =
        adapter.addLayer(new AdapterLayer("encoder.0.query", 6, 4, new float[3])).build();
    assertThatThrownBy(() -> AdapterSpec.of(transposed, MODULES))
        .hasMessage("adapter layer expected shape [4, 6] but found [6, 4] (encoder.0.query)");
    Adapter foreign =
        Adapter.builder().addLayer(new AdapterLayer("encoder.0.qury", 4, 6, new float[3])).build();
    assertThatThrownBy(() -> AdapterSpec.of(foreign, MODULES))
        .hasMessageContaining("expected one of 3 modules but found encoder.0.qury")
        .hasMessageContaining("nearest: encoder.0.query");
  }

  @Test
  void anAdapterMayHaveOtherNumbersOfCoefficientsInEachLayer() {
    Adapter adapter =
        Adapter.builder()
            .addLayer(new AdapterLayer("encoder.1.query", 3, 5, new float[7]))
            .addLayer(new AdapterLayer("encoder.0.value", 4, 6, new float[2]))
            .build();
    AdapterSpec spec = AdapterSpec.of(adapter, MODULES);
    assertThat(spec.layers().keySet()).containsExactly("encoder.0.value", "encoder.1.query");
    assertThat(spec.coefficientCount()).isEqualTo(9);
  }

  @Test
  void patternsThatAreNoExpressionsAreRefused() {
    assertThatThrownBy(() -> TargetModules.matching("a("))
        .hasMessage("module names expected a regular expression but found a(");
    assertThatThrownBy(() -> OPTIONS.withNFrequencyPattern(Map.of("[", 3)))
        .hasMessageStartingWith("n_frequency_pattern expected a regular expression");
    assertThatThrownBy(() -> TargetModules.of("a").inLayers(-1))
        .hasMessage("layers_to_transform expected numbers >= 0 but found -1");
    assertThatThrownBy(TargetModules::of)
        .hasMessageStartingWith("module names expected at least one");
  }
}
