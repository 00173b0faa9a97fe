package io.fourierft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.Basis;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.merge.LayerChanges;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against numpy's singular values (tools/reference/lora_svd.py) and against dense matrices. */
class LoraConversionTest {
  @TempDir private Path directory;

  static Stream<JsonNode> cases() throws IOException {
    try (InputStream in = LoraConversionTest.class.getResourceAsStream("/golden/lora.json")) {
      JsonNode cases = new ObjectMapper().readTree(in);
      return Stream.iterate(0, i -> i < cases.size(), i -> i + 1).map(cases::get);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsLostIsWhatNumpySays(JsonNode golden) {
    Adapter adapter = adapter(golden);
    for (int i = 0; i < golden.get("ranks").size(); i++) {
      int rank = golden.get("ranks").get(i).asInt();

      LoraLayer layer = LoraConversion.of(adapter, rank).layers().get(0);

      double norm = golden.get("norm").asDouble();
      assertThat(layer.norm()).isCloseTo(norm, within(1e-6 * norm));
      assertThat(layer.error())
          .as("rank %d of %s", rank, golden)
          .isCloseTo(golden.get("errors").get(i).asDouble(), within(1e-6));
    }
  }

  @Test
  void factorsAreAsFarFromTheWeightChangeAsTheySay() {
    Random random = new Random(3);
    for (int run = 0; run < 60; run++) {
      int rows = 1 + random.nextInt(30);
      int cols = 1 + random.nextInt(30);
      int n = 1 + random.nextInt(rows * cols);
      int rank = 1 + random.nextInt(Math.min(rows, cols));
      Adapter adapter =
          Adapter.builder()
              .rule(rule(random, rows, cols, n))
              .scaling(random.nextGaussian() * 100)
              .addLayer(new AdapterLayer("q", rows, cols, numbers(random, n)))
              .build();

      LoraConversion lora = LoraConversion.of(adapter, rank);

      LoraLayer layer = lora.layers().get(0);
      assertThat(distance(adapter, layer))
          .as("seed 3, run %d: [%d, %d], n = %d, rank %d", run, rows, cols, n, rank)
          .isCloseTo(layer.error(), within(1e-6));
      assertThat(lora.error()).isCloseTo(layer.error(), within(1e-12));
    }
  }

  @Test
  void equalCoefficientsWithEqualSingularValuesAreNoTrouble() {
    long[] diagonal = new long[16];
    for (int i = 0; i < diagonal.length; i++) {
      diagonal[i] = i * 64L + i;
    }
    float[] ones = new float[16];
    Arrays.fill(ones, 1);
    Adapter adapter =
        Adapter.builder()
            .rule(new EntryRule.Explicit(List.of(new EntryList(64, 64, diagonal))))
            .addLayer(new AdapterLayer("q", 64, 64, ones))
            .build();

    LoraLayer layer = LoraConversion.of(adapter, 3).layers().get(0);

    // Frequency 0 makes one value of 1, each of the 15 others two of 1/2.
    assertThat(layer.error()).isCloseTo(Math.sqrt((15 * 2 - 2) * 0.25 / (1 + 7.5)), within(1e-9));
    assertThat(distance(adapter, layer)).isCloseTo(layer.error(), within(1e-6));
  }

  @Test
  void aChangeOfZeroLosesNothing() {
    Adapter adapter = Adapter.builder().addLayer(new AdapterLayer("q", 6, 5, new float[4])).build();

    LoraLayer layer = LoraConversion.of(adapter, 2).layers().get(0);

    assertThat(layer.error()).isZero();
    assertThat(layer.factors().a()).containsOnly(0);
  }

  @Test
  void directoriesHoldTheFactorsAndWhatWasTrainedInFull() throws IOException {
    Adapter adapter =
        Adapter.builder()
            .addLayer(new AdapterLayer("h.0.q", 6, 5, new float[] {1, 2, 3}))
            .addLayer(new AdapterLayer("h.1.q", 6, 5, new float[] {3, 2, 1}))
            .addTensor(new NamedTensor("score.weight", new long[] {2, 6}, new float[12]))
            .build();

    LoraConversion.of(adapter, 2).write(directory);

    String config = Files.readString(directory.resolve(PeftDirectory.CONFIG));
    assertThat(config)
        .contains("\"peft_type\": \"LORA\"", "\"r\": 2", "\"lora_alpha\": 2", "\"h.1.q\"")
        .contains("\"modules_to_save\": [\n    \"score\"\n  ]")
        .doesNotContain("n_frequency");
    try (SafetensorsFile file = SafetensorsFile.open(directory.resolve(PeftDirectory.MODEL))) {
      assertThat(file.entries()).hasSize(5);
      assertThat(file.entry("base_model.model.h.1.q.lora_A.weight").shape())
          .containsExactly(2L, 5L);
      assertThat(file.entry("base_model.model.h.1.q.lora_B.weight").shape())
          .containsExactly(6L, 2L);
      assertThat(file.contains("base_model.model.score.weight")).isTrue();
    }
  }

  @Test
  void ranksNoLayerHasAreRefusedWithTheLayer() {
    Adapter adapter =
        Adapter.builder().addLayer(new AdapterLayer("h.q", 6, 5, new float[4])).build();

    for (int rank : new int[] {0, -1, 6}) {
      assertThatThrownBy(() -> LoraConversion.of(adapter, rank))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("LoRA rank expected 1 to 5 but found " + rank + " (h.q of shape [6, 5])");
    }
  }

  @Test
  void aModuleBothAdaptedAndTrainedInFullIsRefused() {
    Adapter adapter =
        Adapter.builder()
            .addLayer(new AdapterLayer("h.q", 6, 5, new float[4]))
            .addTensor(new NamedTensor("h.q.weight", new long[] {6, 5}, new float[30]))
            .build();

    assertThatThrownBy(() -> LoraConversion.of(adapter, 1).write(directory))
        .hasMessage("PEFT expected modules either adapted or saved in full but found both in h.q");
    assertThat(directory).isEmptyDirectory();
  }

  @ParameterizedTest
  @EnumSource(
      value = Basis.class,
      names = {"RANDOM", "ORTHOGONAL"})
  void otherBasesAreFactoredFromTheirMatrix(Basis basis) {
    Adapter adapter =
        Adapter.builder()
            .basis(basis)
            .basisSeed(5)
            .addLayer(new AdapterLayer("q", 14, 9, numbers(new Random(1), 30)))
            .build();
    float[] delta;
    try (LayerChanges changes = LayerChanges.of(adapter)) {
      delta = changes.delta(adapter.layers().get(0));
    }
    double[] exact = new double[delta.length];
    Arrays.setAll(exact, i -> delta[i]);

    LoraLayer part = LoraConversion.of(adapter, 3).layers().get(0);
    LoraLayer whole = LoraConversion.of(adapter, 9).layers().get(0);

    assertThat(part.error()).isBetween(0.1, 0.9);
    assertThat(distance(exact, adapter.layers().get(0), part))
        .isCloseTo(part.error(), within(1e-6));
    assertThat(whole.error()).isLessThan(1e-6);
    assertThat(distance(exact, adapter.layers().get(0), whole)).isLessThan(1e-6);
  }

  private static double distance(Adapter adapter, LoraLayer lora) {
    AdapterLayer layer = adapter.layers().get(0);
    double[] delta = DenseDelta.of(adapter.entries(layer), layer.coefficients(), adapter.scaling());
    return distance(delta, layer, lora);
  }

  private static double distance(double[] delta, AdapterLayer layer, LoraLayer lora) {
    int rank = lora.factors().rank();
    double lost = 0;
    double whole = 0;
    for (int p = 0; p < layer.rows(); p++) {
      for (int q = 0; q < layer.cols(); q++) {
        double value = 0;
        for (int i = 0; i < rank; i++) {
          value +=
              (double) lora.factors().b()[p * rank + i] * lora.factors().a()[i * layer.cols() + q];
        }
        double exact = delta[p * layer.cols() + q];
        lost += (exact - value) * (exact - value);
        whole += exact * exact;
      }
    }
    return Math.sqrt(lost / whole);
  }

  private static EntryRule rule(Random random, int rows, int cols, int n) {
    if (random.nextBoolean()) {
      return EntryRule.seeded(random.nextInt());
    }
    long[] flat = random.longs(0, (long) rows * cols).distinct().limit(n).toArray(); // any order
    return new EntryRule.Explicit(List.of(new EntryList(rows, cols, flat)));
  }

  private static float[] numbers(Random random, int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  private static Adapter adapter(JsonNode golden) {
    int n = golden.get("n").asInt();
    float[] coefficients = new float[n];
    for (int l = 0; l < n; l++) {
      coefficients[l] = (float) ((7919L * l + 13) % 2003 / 1000.0 - 1);
    }
    return Adapter.builder()
        .rule(EntryRule.seeded(golden.get("seed").asLong()))
        .scaling(golden.get("scaling").asDouble())
        .addLayer(
            new AdapterLayer(
                "q", golden.get("rows").asInt(), golden.get("cols").asInt(), coefficients))
        .build();
  }
}
