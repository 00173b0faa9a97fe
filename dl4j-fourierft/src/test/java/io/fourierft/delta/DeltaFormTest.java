package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DeltaFormTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final double SCALING = 150;

  @ParameterizedTest
  @CsvSource({
    "8, 8, 5",
    "64, 64, 128",
    "48, 20, 33",
    "20, 48, 33",
    "7, 11, 20",
    "13, 13, 169",
    "1, 6, 3",
    "6, 1, 3",
    "2, 2, 4",
    "97, 30, 50",
    "45, 75, 60",
    "384, 384, 1000"
  })
  void everyFormAgreesWithTheDenseOracle(int rows, int cols, int n) {
    Entries entries = Entries.of(EntryRule.seeded(777), rows, cols, n);
    SplittableRandom random = new SplittableRandom(SEED);
    double[] coefficients = random.doubles(n, -2, 2).toArray();
    double[] dense = random.doubles((long) rows * cols, -2, 2).toArray();
    double[] delta = DenseDelta.of(entries, coefficients, SCALING);
    double[] gradient = DenseDelta.gradient(entries, dense, SCALING);
    try (DeltaForm gemm = BasisGemm.of(entries, DataType.FLOAT);
        DeltaForm exact = BasisGemm.of(entries, DataType.DOUBLE);
        DeltaForm fft = RealFft.of(entries);
        DeltaForm folded = FoldedGemm.of(entries)) {
      check(folded, DataType.FLOAT, entries, coefficients, dense, delta, gradient, 1e-5);
      check(gemm, DataType.FLOAT, entries, coefficients, dense, delta, gradient, 1e-5);
      check(fft, DataType.FLOAT, entries, coefficients, dense, delta, gradient, 1e-5);
      check(exact, DataType.DOUBLE, entries, coefficients, dense, delta, gradient, 1e-12);
    }
  }

  private static void check(
      DeltaForm form,
      DataType type,
      Entries entries,
      double[] coefficients,
      double[] dense,
      double[] delta,
      double[] gradient,
      double tolerance) {
    int rows = entries.rows();
    int cols = entries.cols();
    double factor = SCALING / ((double) rows * cols);
    INDArray c = Nd4j.createFromArray(coefficients).castTo(type);
    INDArray out = Nd4j.create(type, rows, cols);
    form.materialise(c, factor, out);
    assertClose(out, delta, tolerance, form + " delta");
    INDArray g = Nd4j.createFromArray(dense).castTo(type).reshape(rows, cols);
    INDArray dc = Nd4j.zeros(type, entries.size());
    form.addGradient(g, factor, dc);
    assertClose(dc, gradient, tolerance, form + " gradient");
    form.addGradient(g, factor, dc);
    double[] twice = Arrays.stream(gradient).map(value -> 2 * value).toArray();
    assertClose(dc, twice, tolerance, form + " gradient, twice");
  }

  private static void assertClose(
      INDArray found, double[] expected, double tolerance, String what) {
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double[] values = found.castTo(DataType.DOUBLE).reshape(-1).toDoubleVector();
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      worst = Math.max(worst, Math.abs(values[i] - expected[i]));
    }
    assertThat(worst / scale).as("%s, seed %d", what, SEED).isLessThan(tolerance);
  }

  @ParameterizedTest
  @CsvSource({
    "768, 768, 1000, FOLDED_GEMM",
    "4096, 4096, 1000, FOLDED_GEMM",
    "1009, 1013, 1000, FOLDED_GEMM",
    "8192, 8192, 12288, REAL_FFT"
  })
  void theCheapestFormIsChosen(int rows, int cols, int n, DeltaForms.Kind form) {
    Entries entries = Entries.of(EntryRule.seeded(777), rows, cols, n);
    assertThat(DeltaForms.cheapest(entries, DataType.FLOAT, true)).isEqualTo(form);
    assertThat(DeltaForms.cheapest(entries, DataType.DOUBLE, true))
        .isEqualTo(DeltaForms.Kind.BASIS_GEMM);
    assertThat(DeltaForms.cheapest(entries, DataType.FLOAT, false))
        .isEqualTo(DeltaForms.Kind.BASIS_GEMM);
  }
}
