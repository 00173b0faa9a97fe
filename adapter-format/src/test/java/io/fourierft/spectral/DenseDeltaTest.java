package io.fourierft.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jtransforms.fft.DoubleFFT_1D;
import org.jtransforms.fft.DoubleFFT_2D;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseDeltaTest {
  private static final EntryRule PEFT = EntryRule.seeded(EntryRule.PEFT_SEED);

  /** Made by PyTorch: tools/reference/peft_randperm.py. */
  private static final double[] GOLDEN = {
    7.812499, 7.03125, -3.9062495, -14.0625, -3.9062495, 7.03125,
    -14.0625, 1.5064085, 12.443909, 7.8125005, 1.6185913, -9.318909,
    -29.6875, -11.71875, 14.84375, 23.4375, 14.84375, -11.71875,
    -14.0625, -9.318909, 1.6185913, 7.8125005, 12.443909, 1.5064085
  };

  @Test
  void equalsTheInverseTransformOfPyTorch() {
    Entries entries = Entries.of(PEFT, 4, 6, 5);
    float[] coefficients = {1, -0.5f, 2, 0.25f, -1.5f};

    double[] delta = DenseDelta.of(entries, coefficients, 150);

    assertThat(delta).hasSize(24);
    for (int i = 0; i < 24; i++) {
      assertThat(delta[i]).as("element %d", i).isCloseTo(GOLDEN[i], within(5e-6));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 7, 3",
    "7, 1, 3",
    "2, 2, 4",
    "5, 3, 9",
    "8, 6, 20",
    "16, 48, 100",
    "768, 768, 1000"
  })
  void equalsTheRealPartOfAnIndependentInverseTransform(int rows, int cols, int n) {
    Entries entries = Entries.of(PEFT, rows, cols, n);
    double[] coefficients = new Random(n).doubles(n, -1, 1).toArray();

    double[] delta = DenseDelta.of(entries, coefficients, 3.5);

    double[] expected = transformed(entries, coefficients, 3.5);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    assertThat(delta).hasSameSizeAs(expected);
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      difference = Math.max(difference, Math.abs(delta[i] - expected[i]));
    }
    assertThat(difference).isLessThan(1e-12 * largest);
  }

  @Test
  void gradientIsTheAdjoint() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      int rows = 1 + random.nextInt(40);
      int cols = 1 + random.nextInt(40);
      int n = 1 + random.nextInt(rows * cols);
      Entries entries = Entries.of(EntryRule.seeded(seed), rows, cols, n);
      double[] c = random.doubles(n, -1, 1).toArray();
      double[] g = random.doubles((long) rows * cols, -1, 1).toArray();

      double left = dot(DenseDelta.of(entries, c, 150), g);
      double right = dot(c, DenseDelta.gradient(entries, g, 150));

      assertThat(left)
          .as("seed %d, shape [%d, %d], n %d", seed, rows, cols, n)
          .isCloseTo(right, within(1e-11 * Math.max(1, Math.abs(right))));
    }
  }

  @Test
  void gradientOfOneElementIsItsColumnOfTheBasis() {
    Entries entries = Entries.of(PEFT, 6, 5, 8);
    double[] g = new double[30];
    g[2 * 5 + 3] = 1;

    double[] gradient = DenseDelta.gradient(entries, g, 30);

    for (int l = 0; l < 8; l++) {
      double angle = 2 * Math.PI * (2.0 * entries.row(l) / 6 + 3.0 * entries.column(l) / 5);
      assertThat(gradient[l]).isCloseTo(Math.cos(angle), within(1e-14));
    }
  }

  @Test
  void refusesWrongLengths() {
    Entries entries = Entries.of(PEFT, 4, 6, 5);
    assertThatThrownBy(() -> DenseDelta.of(entries, new double[4], 1))
        .hasMessage("coefficients expected 5 numbers but found 4");
    assertThatThrownBy(() -> DenseDelta.gradient(entries, new double[23], 1))
        .hasMessage("gradient expected 24 numbers but found 23");
    EntryRule corner =
        new EntryRule.Explicit(List.of(new EntryList(50_000, 50_000, new long[] {0})));
    Entries large = Entries.of(corner, 50_000, 50_000, 1);
    assertThatThrownBy(() -> DenseDelta.of(large, new double[1], 1))
        .hasMessageStartingWith("dense matrix expected at most 2147483639 numbers");
  }

  private static double[] transformed(Entries entries, double[] coefficients, double scaling) {
    int rows = entries.rows();
    int cols = entries.cols();
    double[] spectrum = new double[rows * cols * 2]; // [rows, cols, (re, im)]
    for (int l = 0; l < entries.size(); l++) {
      spectrum[2 * (entries.row(l) * cols + entries.column(l))] = coefficients[l];
    }
    if (rows == 1 || cols == 1) { // JTransforms wants real matrices
      new DoubleFFT_1D(rows * cols).complexInverse(spectrum, true);
    } else {
      new DoubleFFT_2D(rows, cols).complexInverse(spectrum, true);
    }
    double[] real = new double[rows * cols];
    Arrays.setAll(real, i -> scaling * spectrum[2 * i]);
    return real;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
