package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.adapter.Basis;
import io.fourierft.delta.DeltaBasis.Side;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaBasisTest {
  private static final DeltaBasis ORTHOGONAL = DeltaBasis.of(Basis.ORTHOGONAL, 3);
  private static final double[] NORMAL = {
    -0.6130130644298158, 1.4030199815367834, -1.42958358237912, 0.8654650950975088
  };
  private static final double[] OTHER = {
    -0.69324854828388, -0.38143137071482563, 1.014687210987598
  };
  private static final double[] SECOND = {
    1.674059813426571,
    0.4405913212040655,
    -0.40947579169585757,
    0.045690842646645136,
    1.354121468577742
  };
  private static final double[] FIFTH = {
    -0.8449387255802281,
    1.1152847928517584,
    0.4979491176784996,
    -1.421084680043211,
    0.8802178078169964
  };

  @Test
  void orthogonalVectorsAreOrthogonalAndOfTheFourierMatrixsLength() {
    for (int length : new int[] {1, 2, 5, 32, 61}) {
      int[] all = IntStream.range(0, length).toArray();
      double[][] vectors = ORTHOGONAL.vectors(Side.ROWS, 0, length, all);
      for (int a = 0; a < length; a++) {
        for (int b = 0; b <= a; b++) {
          assertThat(dot(vectors[a], vectors[b]))
              .as("vectors %d and %d of %d", a, b, length)
              .isCloseTo(a == b ? length : 0, within(1e-11 * length));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Basis.class)
  void aVectorDoesNotDependOnTheOthersAskedFor(Basis kind) {
    DeltaBasis basis = DeltaBasis.of(kind, 7);
    double[][] some = basis.vectors(Side.COLUMNS, 0, 40, new int[] {3, 17, 39});
    double[][] one = basis.vectors(Side.COLUMNS, 0, 40, new int[] {17});
    assertThat(one[0]).containsExactly(some[1]);
  }

  @Test
  void theOrthogonalMatrixIsTheOrthogonalFactorOfNormalNumbers() {
    // The first column of a QR decomposition is the normalised first column of the matrix.
    double[] normal = new double[30];
    Normals.fill(3, Side.ROWS, 0, normal, 30);
    double norm = Math.sqrt(dot(normal, normal));
    double[] first = ORTHOGONAL.vectors(Side.ROWS, 0, 30, new int[] {0})[0];
    for (int i = 0; i < 30; i++) {
      assertThat(first[i]).isCloseTo(Math.sqrt(30) * normal[i] / norm, within(1e-12));
    }
  }

  @Test
  void randomNumbersAreStandardNormal() {
    int[] all = IntStream.range(0, 400).toArray();
    double[][] vectors = DeltaBasis.of(Basis.RANDOM, 1).vectors(Side.ROWS, 0, 400, all);
    double[] numbers = Arrays.stream(vectors).flatMapToDouble(Arrays::stream).toArray();
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double square = Arrays.stream(numbers).map(x -> x * x).average().orElseThrow();
    double fourth = Arrays.stream(numbers).map(x -> x * x * x * x).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.01));
    assertThat(square).isCloseTo(1, within(0.02));
    assertThat(fourth).isCloseTo(3, within(0.1));
    assertThat(dot(vectors[0], vectors[1])).isCloseTo(0, within(80.0));
  }

  @Test
  void seedsAndSidesGiveOtherVectors() {
    DeltaBasis basis = DeltaBasis.of(Basis.RANDOM, 1);
    double[] here = basis.vectors(Side.ROWS, 0, 9, new int[] {4})[0];
    assertThat(basis.vectors(Side.COLUMNS, 0, 9, new int[] {4})[0]).isNotEqualTo(here);
    assertThat(DeltaBasis.of(Basis.RANDOM, 2).vectors(Side.ROWS, 0, 9, new int[] {4})[0])
        .isNotEqualTo(here);
  }

  @Test
  void aSeedMeansTheseNumbersForever() {
    // Made by tools/reference/random_bases.py.
    double[] normal = new double[4];
    Normals.fill(777, Side.ROWS, 0, normal, 4);
    assertThat(normal).containsExactly(NORMAL, within(1e-14));
    double[] other = new double[3];
    Normals.fill(-5, Side.COLUMNS, 123, other, 3);
    assertThat(other).containsExactly(OTHER, within(1e-14));
    double[][] orthogonal =
        DeltaBasis.of(Basis.ORTHOGONAL, 777).vectors(Side.ROWS, 0, 5, new int[] {1, 4});
    assertThat(orthogonal[0]).containsExactly(SECOND, within(1e-12));
    assertThat(orthogonal[1]).containsExactly(FIFTH, within(1e-12));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
