package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.adapter.Basis;
import io.fourierft.engine.Arena;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jtransforms.fft.DoubleFFT_2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
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
    "1, 1, 1",
    "2, 2, 4",
    "97, 30, 50",
    "45, 75, 60",
    "211, 34, 100",
    "34, 211, 100",
    "10, 10, 9",
    "4, 4, 16",
    "1, 4096, 100",
    "4096, 1, 50",
    "509, 8, 60",
    "384, 384, 1000"
  })
  void everyFormAgreesWithTheDenseOracle(int rows, int cols, int n) {
    Problem problem = Problem.of(rows, cols, n);
    double[] delta = DenseDelta.of(problem.entries(), problem.coefficients(), SCALING);
    double[] gradient = DenseDelta.gradient(problem.entries(), problem.dense(), SCALING);
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      double tolerance = type == DataType.FLOAT ? 1e-5 : 1e-12;
      try (DeltaForm basis = BasisGemm.of(problem.entries(), new FourierBasis(), type);
          DeltaForm fft = RealFft.of(problem.entries(), type);
          DeltaForm folded = FoldedGemm.of(problem.entries(), type)) {
        for (DeltaForm form : List.of(basis, fft, folded)) {
          problem.check(form, type, delta, gradient, tolerance);
        }
      }
      problem.checkPerToken(type, delta, tolerance);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, 8, 5, 3",
    "48, 20, 33, 17",
    "7, 11, 20, 1",
    "1, 6, 3, 5",
    "6, 1, 3, 5",
    "97, 30, 50, 64",
    "2, 2, 4, 40"
  })
  void theGradientOfALayersUseIsThatOfItsProduct(int rows, int cols, int n, int tokens) {
    Problem problem = Problem.of(rows, cols, n);
    for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
      double tolerance = type == DataType.FLOAT ? 1e-5 : 1e-12;
      INDArray x = Nd4j.randn(type, tokens, cols);
      INDArray dy = Nd4j.randn(type, tokens, rows);
      try (DeltaForm basis = BasisGemm.of(problem.entries(), new FourierBasis(), type);
          DeltaForm fft = RealFft.of(problem.entries(), type);
          DeltaForm folded = FoldedGemm.of(problem.entries(), type);
          Arena arena = Arena.of(type)) {
        INDArray expected = Nd4j.zeros(type, n);
        basis.addGradient(dy.transpose().mmul(x).dup('c'), 0.5, expected);
        for (DeltaForm form : List.of(basis, fft, folded)) {
          INDArray found = Nd4j.zeros(type, n);
          form.addGradient(x, dy, 0.5, arena, found);
          double worst = found.sub(expected).amaxNumber().doubleValue();
          assertThat(worst / expected.amaxNumber().doubleValue()).isLessThan(tolerance);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Basis.class,
      names = {"RANDOM", "ORTHOGONAL"})
  void otherBasesAgreeWithTheProductOfThreeMatrices(Basis kind) {
    for (int[] shape : new int[][] {{24, 40, 30}, {40, 24, 30}, {1, 9, 4}, {17, 17, 289}}) {
      Problem problem = Problem.of(shape[0], shape[1], shape[2]);
      DeltaBasis basis = DeltaBasis.of(kind, 5);
      double[] delta = problem.delta(basis);
      double[] gradient = problem.gradient(basis);
      for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
        try (DeltaForm form = BasisGemm.of(problem.entries(), basis, type)) {
          problem.check(form, type, delta, gradient, type == DataType.FLOAT ? 1e-5 : 1e-12);
        }
      }
    }
  }

  @Test
  void theInverseFourierTransformOfAnotherLibraryGivesTheSame() {
    Problem problem = Problem.of(60, 56, 200);
    Entries entries = problem.entries();
    double[] complex = new double[60 * 56 * 2];
    for (int l = 0; l < entries.size(); l++) {
      complex[2 * (entries.row(l) * 56 + entries.column(l))] = problem.coefficients()[l];
    }
    new DoubleFFT_2D(60, 56).complexInverse(complex, true);
    double[] delta = new double[60 * 56];
    Arrays.setAll(delta, i -> SCALING * complex[2 * i]);

    INDArray out = Nd4j.create(DataType.DOUBLE, 60, 56);
    INDArray c = Nd4j.createFromArray(problem.coefficients());
    for (FormKind kind : List.of(FormKind.FOLDED_GEMM, FormKind.REAL_FFT, FormKind.BASIS_GEMM)) {
      DeltaOptions options = DeltaOptions.fourier().withForm(kind);
      try (DeltaForm form = DeltaForms.choose(entries, options, DataType.DOUBLE)) {
        form.materialise(c, SCALING / (60 * 56), out);
        Problem.assertClose(out, delta, 1e-12, kind + " delta");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "768, 768, 1000, FOLDED_GEMM",
    "4096, 4096, 1000, FOLDED_GEMM",
    "1009, 1013, 1000, FOLDED_GEMM",
    "768, 768, 1, BASIS_GEMM",
    "384, 384, 100, FOLDED_GEMM",
    "384, 384, 12288, REAL_FFT",
    "6561, 6561, 12288, REAL_FFT"
  })
  void theCheapestDenseFormIsChosen(int rows, int cols, int n, FormKind form) {
    Entries entries = Entries.of(EntryRule.seeded(777), rows, cols, n);
    assertThat(DeltaForms.cheapestDense(entries, Basis.FOURIER, DataType.FLOAT, true))
        .isEqualTo(form);
    assertThat(DeltaForms.cheapestDense(entries, Basis.RANDOM, DataType.FLOAT, true))
        .isEqualTo(FormKind.BASIS_GEMM);
    assertThat(DeltaForms.cheapestDense(entries, Basis.FOURIER, DataType.FLOAT, false))
        .isEqualTo(FormKind.BASIS_GEMM);
    assertThat(DeltaForms.tokensWorth(entries, DataType.FLOAT, false)).isZero();
  }

  @Test
  void fewTokensAreTakenOneByOneAndManyAreNot() {
    Entries entries = Entries.of(EntryRule.seeded(777), 4096, 4096, 1000);
    assertThat(DeltaForms.cheapest(entries, DataType.FLOAT, 1)).isEqualTo(FormKind.PER_TOKEN);
    assertThat(DeltaForms.cheapest(entries, DataType.FLOAT, 100_000))
        .isEqualTo(FormKind.FOLDED_GEMM);
  }

  @Test
  void tokensWorthIsTheMostThatCostNoMoreThanTheMatrix() {
    for (int size : new int[] {8, 24, 384, 768, 1009}) {
      FormCost cost = new FormCost(Entries.of(EntryRule.seeded(777), size, size, 50));
      double budget = cost.folded(1);
      long tokens = cost.tokensFor(budget);
      assertThat(cost.tokens(tokens, 1)).isLessThanOrEqualTo(budget * (1 + 1e-9));
      assertThat(cost.tokens(tokens + 1, 1)).isGreaterThan(budget);
      assertThat(cost.tokensFor(1)).isZero();
    }
  }

  @Test
  void onlyWholeBlocksOfTokensAreSharedBetweenThreads() {
    Entries entries = Entries.of(EntryRule.seeded(777), 768, 768, 1000);
    assertThat(DeltaForms.estimate(entries, FormKind.PER_TOKEN, 32, 2))
        .isEqualTo(DeltaForms.estimate(entries, FormKind.PER_TOKEN, 32, 1));
    assertThat(DeltaForms.estimate(entries, FormKind.PER_TOKEN, 512, 2))
        .isLessThan(0.51 * DeltaForms.estimate(entries, FormKind.PER_TOKEN, 512, 1));
  }

  @Test
  void aFormThatDoesNotKnowTheBasisIsRefused() {
    DeltaOptions options = DeltaOptions.fourier().withBasis(Basis.RANDOM, 1);
    assertThatThrownBy(() -> options.withForm(FormKind.REAL_FFT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("form expected CHEAPEST or BASIS_GEMM but found REAL_FFT (basis RANDOM)");
  }

  @Test
  void aMatrixWithGapsIsRefused() {
    Problem problem = Problem.of(6, 4, 5);
    INDArray c = Nd4j.createFromArray(problem.coefficients());
    INDArray strided = Nd4j.create(DataType.DOUBLE, 4, 6).transpose();
    try (DeltaForm form = FoldedGemm.of(problem.entries(), DataType.DOUBLE)) {
      assertThatThrownBy(() -> form.materialise(c, 1, strided))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("weight change expected a contiguous matrix");
    }
  }

  /** A shape with entries, coefficients, and a gradient of the matrix. */
  record Problem(Entries entries, double[] coefficients, double[] dense) {
    static Problem of(int rows, int cols, int n) {
      SplittableRandom random = new SplittableRandom(SEED);
      return new Problem(
          Entries.of(EntryRule.seeded(777), rows, cols, n),
          random.doubles(n, -2, 2).toArray(),
          random.doubles((long) rows * cols, -2, 2).toArray());
    }

    double factor() {
      return SCALING / ((double) entries.rows() * entries.cols());
    }

    double[] delta(DeltaBasis basis) {
      double[] delta = new double[dense.length];
      for (int l = 0; l < coefficients.length; l++) {
        double[] element = element(basis, l);
        for (int i = 0; i < delta.length; i++) {
          delta[i] += factor() * coefficients[l] * element[i];
        }
      }
      return delta;
    }

    double[] gradient(DeltaBasis basis) {
      double[] gradient = new double[coefficients.length];
      for (int l = 0; l < gradient.length; l++) {
        double[] element = element(basis, l);
        for (int i = 0; i < dense.length; i++) {
          gradient[l] += factor() * dense[i] * element[i];
        }
      }
      return gradient;
    }

    private double[] element(DeltaBasis basis, int l) {
      int rows = entries.rows();
      int cols = entries.cols();
      int[] j = {entries.row(l)};
      int[] k = {entries.column(l)};
      double[] left = basis.vectors(DeltaBasis.Side.ROWS, 0, rows, j)[0];
      double[] right = basis.vectors(DeltaBasis.Side.COLUMNS, 0, cols, k)[0];
      double[] element = new double[rows * cols];
      Arrays.setAll(element, i -> left[i / cols] * right[i % cols]);
      return element;
    }

    void check(DeltaForm form, DataType type, double[] delta, double[] gradient, double tolerance) {
      int rows = entries.rows();
      int cols = entries.cols();
      INDArray c = Nd4j.createFromArray(coefficients).castTo(type);
      INDArray out = Nd4j.create(type, rows, cols);
      form.materialise(c, factor(), out);
      String what = form.getClass().getSimpleName() + " " + type + " " + entries;
      assertClose(out, delta, tolerance, what + " delta");
      INDArray g = Nd4j.createFromArray(dense).castTo(type).reshape(rows, cols);
      INDArray dc = Nd4j.zeros(type, entries.size());
      form.addGradient(g, factor(), dc);
      assertClose(dc, gradient, tolerance, what + " gradient");
      form.addGradient(g, factor(), dc);
      double[] twice = Arrays.stream(gradient).map(value -> 2 * value).toArray();
      assertClose(dc, twice, tolerance, what + " gradient, twice");
    }

    /** Products of 1, 2, 31 and 70 tokens, against the matrix. */
    void checkPerToken(DataType type, double[] delta, double tolerance) {
      int rows = entries.rows();
      int cols = entries.cols();
      TokenForm form = TokenForm.of(entries, type);
      INDArray c = Nd4j.createFromArray(coefficients).castTo(type);
      INDArray w = Nd4j.createFromArray(delta).reshape(rows, cols);
      for (int tokens : new int[] {1, 2, 31, 70}) {
        SplittableRandom random = new SplittableRandom(SEED + tokens);
        INDArray x = matrix(random, tokens, cols);
        INDArray dy = matrix(random, tokens, rows);
        String what = "per token " + type + " " + entries + " " + tokens;

        INDArray y = Nd4j.zeros(type, tokens, rows);
        form.addProduct(c, factor(), x.castTo(type), y);
        assertClose(y, values(x.mmul(w.transpose())), tolerance, what + " product");

        INDArray dx = Nd4j.zeros(type, tokens, cols);
        form.addTransposedProduct(c, factor(), dy.castTo(type), dx);
        assertClose(dx, values(dy.mmul(w)), tolerance, what + " transposed product");

        INDArray dc = Nd4j.zeros(type, entries.size());
        form.addGradient(x.castTo(type), dy.castTo(type), factor(), dc);
        double[] g = values(dy.transpose().mmul(x));
        assertClose(dc, DenseDelta.gradient(entries, g, SCALING), tolerance, what + " gradient");
      }
    }

    private static INDArray matrix(SplittableRandom random, int rows, int cols) {
      double[] values = random.doubles((long) rows * cols, -2, 2).toArray();
      return Nd4j.createFromArray(values).reshape(rows, cols);
    }

    private static double[] values(INDArray array) {
      return array.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector();
    }

    static void assertClose(INDArray found, double[] expected, double tolerance, String what) {
      double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
      double[] values = values(found);
      double worst = 0;
      for (int i = 0; i < values.length; i++) {
        worst = Math.max(worst, Math.abs(values[i] - expected[i]));
      }
      assertThat(worst / scale).as("%s, seed %d", what, SEED).isLessThan(tolerance);
    }
  }
}
