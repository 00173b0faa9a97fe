package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SpectralWeightTest {
  private static final int OUT = 96;
  private static final int IN = 120;
  private static final int N = 60;
  private static final double SCALING = 150;

  private final SplittableRandom random = new SplittableRandom(5);
  private final Linear linear = new Linear("layer", IN, OUT, false, Linear.Layout.OUT_IN);
  private final Entries entries = Entries.of(EntryRule.seeded(777), OUT, IN, N);
  private final Delta delta = Delta.of(entries, DeltaOptions.fourier(), DataType.DOUBLE);
  private final INDArray base = array(OUT, IN);
  private final INDArray coefficients = array(N);
  private final INDArray gradient = Nd4j.zeros(DataType.DOUBLE, N);
  private final SpectralWeight weight =
      SpectralWeight.of(linear, base, delta, SCALING, coefficients, gradient);

  @AfterEach
  void close() {
    weight.close();
    delta.close();
  }

  private INDArray array(long... shape) {
    long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    return Nd4j.createFromArray(random.doubles(length, -1, 1).toArray()).reshape(shape);
  }

  private INDArray expected(INDArray x) {
    double[] dense = DenseDelta.of(entries, coefficients.toDoubleVector(), SCALING);
    INDArray sum = Nd4j.createFromArray(dense).reshape(OUT, IN).addi(base);
    return x.mmul(sum.transpose());
  }

  private void multiply(int tokens) {
    INDArray x = array(tokens, IN);
    INDArray y = array(tokens, OUT);
    weight.multiply(linear, x, y, false);
    assertThat(y.equalsWithEps(expected(x), 1e-11)).isTrue();
  }

  @Test
  void aFewTokensNeverBuildTheMatrixAndManyBuildItOnce() {
    long worth = delta.tokensWorth();
    assertThat(worth).isGreaterThan(3);
    multiply(1);
    multiply(1);
    assertThat(weight.isBuilt()).isFalse();
    multiply((int) worth);
    assertThat(weight.isBuilt()).isTrue();
    INDArray built = weight.value();
    multiply(1);
    assertThat(weight.value()).isSameAs(built);
  }

  @Test
  void changedCoefficientsStartTheCountAnew() {
    multiply((int) delta.tokensWorth() + 1);
    assertThat(weight.isBuilt()).isTrue();
    coefficients.muli(2);
    weight.changed();
    assertThat(weight.isBuilt()).isFalse();
    multiply(1);
    assertThat(weight.isBuilt()).isFalse();
    weight.release();
    multiply((int) delta.tokensWorth() + 1);
    assertThat(weight.isBuilt()).isTrue();
  }

  @Test
  void gradientsPerTokenAndThroughTheMatrixAgree() {
    INDArray x = array(7, IN);
    INDArray dy = array(7, OUT);
    double[] dense = dy.transpose().mmul(x).reshape(-1).toDoubleVector();
    double[] expected = DenseDelta.gradient(entries, dense, SCALING);
    for (FormKind kind : FormKind.values()) {
      gradient.assign(0);
      DeltaOptions options = DeltaOptions.fourier().withForm(kind);
      try (Arena arena = Arena.of(DataType.DOUBLE);
          Delta other = Delta.of(entries, options, DataType.DOUBLE);
          SpectralWeight layer =
              SpectralWeight.of(linear, base, other, SCALING, coefficients, gradient)) {
        layer.accumulate(x, dy, arena);
      }
      DeltaFormTest.Problem.assertClose(gradient, expected, 1e-12, kind.toString());
    }
  }
}
