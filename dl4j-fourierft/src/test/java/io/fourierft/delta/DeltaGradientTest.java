package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.adapter.Basis;
import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Central differences through a layer {@code y = x (W0 + dW)^T}, over random settings. */
class DeltaGradientTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final int RUNS = 180;
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-7;
  private static final int[] SIDES = {1, 2, 3, 4, 7, 8, 12, 13, 16, 23, 30, 31, 36, 48, 53};
  private static final List<DeltaOptions> FORMS =
      List.of(
          DeltaOptions.fourier().withForm(FormKind.FOLDED_GEMM),
          DeltaOptions.fourier().withForm(FormKind.REAL_FFT),
          DeltaOptions.fourier().withForm(FormKind.BASIS_GEMM),
          DeltaOptions.fourier().withForm(FormKind.PER_TOKEN),
          DeltaOptions.fourier(),
          DeltaOptions.fourier().withBasis(Basis.RANDOM, SEED),
          DeltaOptions.fourier().withBasis(Basis.ORTHOGONAL, SEED));

  @Test
  void gradientsOfEveryFormAndBasisAgreeWithCentralDifferences(TestReporter reporter) {
    reporter.publishEntry("seed", Long.toString(SEED));
    for (int run = 0; run < RUNS; run++) {
      SplittableRandom random = new SplittableRandom(SEED + run);
      try (Layer layer = new Layer(random, FORMS.get(run % FORMS.size()))) {
        layer.checkCoefficients("run " + run + ", seed " + SEED + ", " + layer);
        layer.checkInput("run " + run + ", seed " + SEED + ", " + layer);
      }
    }
  }

  /** A layer of random shape and settings under the loss {@code sum of sin(y)}. */
  private static final class Layer implements AutoCloseable {
    private final SplittableRandom random;
    private final DeltaOptions options;
    private final Linear linear;
    private final Entries entries;
    private final Delta delta;
    private final Arena arena = Arena.of(DataType.DOUBLE);
    private final INDArray coefficients;
    private final INDArray gradient;
    private final INDArray x;
    private final SpectralWeight weight;

    Layer(SplittableRandom random, DeltaOptions options) {
      this.random = random;
      this.options = options;
      int out = SIDES[random.nextInt(SIDES.length)];
      int in = SIDES[random.nextInt(SIDES.length)];
      Linear.Layout layout = Linear.Layout.values()[random.nextInt(2)];
      this.linear = new Linear("layer", in, out, false, layout);
      int n = 1 + random.nextInt(Math.min(out * in, 40));
      this.entries = Entries.of(rule(out, in, n), out, in, n);
      this.delta = Delta.of(entries, options, DataType.DOUBLE);
      this.coefficients = array(n);
      this.gradient = Nd4j.zeros(DataType.DOUBLE, n);
      this.x = array(1 + random.nextInt(40), in);
      INDArray base = layout == Linear.Layout.OUT_IN ? array(out, in) : array(in, out);
      double scaling = (random.nextBoolean() ? 1 : -1) * random.nextDouble(0.1, 4) * out;
      this.weight = SpectralWeight.of(linear, base, delta, scaling, coefficients, gradient);
    }

    private EntryRule rule(int rows, int cols, int n) {
      return switch (random.nextInt(3)) {
        case 0 -> EntryRule.seeded(random.nextInt(1000));
        case 1 -> new EntryRule.BandPass(random.nextInt(1000), 0, random.nextDouble(1, 20));
        default -> {
          long first = random.nextLong((long) rows * cols - n + 1);
          long[] flat = LongStream.range(first, first + n).toArray();
          yield new EntryRule.Explicit(List.of(new EntryList(rows, cols, flat)));
        }
      };
    }

    private INDArray array(long... shape) {
      long length = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
      return Nd4j.createFromArray(random.doubles(length, -1, 1).toArray()).reshape(shape);
    }

    private INDArray forward() {
      INDArray y = Nd4j.create(DataType.DOUBLE, x.size(0), linear.out());
      weight.multiply(linear, x, y, false);
      return y;
    }

    private double loss() {
      weight.changed();
      return Arrays.stream(forward().reshape(-1).toDoubleVector()).map(Math::sin).sum();
    }

    private INDArray outputGradient() {
      INDArray y = forward();
      double[] cosines = Arrays.stream(y.reshape(-1).toDoubleVector()).map(Math::cos).toArray();
      return Nd4j.createFromArray(cosines).reshape(y.shape());
    }

    void checkCoefficients(String what) {
      weight.accumulate(x, outputGradient(), arena);
      check(coefficients, gradient.toDoubleVector(), what + ", coefficient");
    }

    void checkInput(String what) {
      INDArray dx = Nd4j.ones(DataType.DOUBLE, x.shape());
      weight.changed();
      weight.multiplyBack(linear, outputGradient(), dx, true);
      double[] added = dx.subi(1).reshape(-1).toDoubleVector();
      check(x.reshape(-1), added, what + ", input");
    }

    /** Compares up to ten components. */
    private void check(INDArray values, double[] found, String what) {
      double largest = Arrays.stream(found).map(Math::abs).max().orElseThrow();
      for (int check = 0; check < Math.min(10, found.length); check++) {
        int i = found.length <= 10 ? check : random.nextInt(found.length);
        double kept = values.getDouble(i);
        values.putScalar(i, kept + STEP);
        double above = loss();
        values.putScalar(i, kept - STEP);
        double below = loss();
        values.putScalar(i, kept);
        assertThat(found[i])
            .as("%s %d", what, i)
            .isCloseTo((above - below) / (2 * STEP), within(TOLERANCE * Math.max(1, largest)));
      }
      weight.changed();
    }

    @Override
    public void close() {
      weight.close();
      delta.close();
      arena.close();
    }

    @Override
    public String toString() {
      return options + ", " + linear.layout() + ", " + entries;
    }
  }
}
