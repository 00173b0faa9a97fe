package io.fourierft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The passes in single precision, in Java and in stock operations, against stock ones in double.
 */
class PassesTest {
  private static final int[][] SHAPES = {{1, 1}, {1, 7}, {3, 8}, {5, 17}, {64, 768}, {331, 127}};

  private final Arena floats = Arena.of(DataType.FLOAT);
  private final Arena doubles = Arena.of(DataType.DOUBLE);
  private final Passes stock = new StockPasses(floats);
  private final Passes host = new HostPasses(stock);
  private final Passes exact = new StockPasses(doubles);
  private final Random random = new Random(20261124);

  @AfterEach
  void close() {
    floats.close();
    doubles.close();
  }

  private INDArray normal(double spread, long... shape) {
    double[] values = new double[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * spread);
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  private static void close(INDArray found, INDArray expected, double tolerance) {
    double worst = found.castTo(DataType.DOUBLE).sub(expected).amaxNumber().doubleValue();
    assertThat(worst).isCloseTo(0, within(tolerance));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void activationsAndTheirSlopesAgreeWithDoublePrecision(Activation activation) {
    for (int[] shape : SHAPES) {
      for (double spread : new double[] {0.01, 1, 30}) {
        INDArray x = normal(spread, shape[0], shape[1]);
        INDArray y = x.ulike();
        INDArray slope = x.ulike();
        exact.activate(activation, x, y, slope);
        INDArray single = x.castTo(DataType.FLOAT);
        INDArray yFound = single.ulike();
        INDArray slopeFound = single.ulike();
        double largest = y.amaxNumber().doubleValue();
        double bound = 2e-6 * Math.max(1, Math.max(spread, largest / 4));
        for (Passes passes : new Passes[] {host, stock}) {
          passes.activate(activation, single, yFound, slopeFound);
          close(yFound, y, bound);
          close(slopeFound, slope, bound);
          yFound.assign(single);
          passes.activate(activation, yFound);
          close(yFound, y, bound);
        }
      }
    }
  }

  @Test
  void activationsKeepZeroAndTheFarEnds() {
    INDArray x = Nd4j.createFromArray(new float[] {0, -0f, 1e30f, -1e30f, 100, -100, 1e-40f});
    INDArray y = x.ulike();
    INDArray slope = x.ulike();
    for (Activation activation : new Activation[] {Activation.GELU, Activation.SILU}) {
      host.activate(activation, x.reshape(1, 7), y.reshape(1, 7), slope.reshape(1, 7));
      assertThat(y.getFloat(0)).isZero();
      assertThat(slope.getFloat(0)).isEqualTo(0.5f, within(1e-6f));
      assertThat(y.getFloat(2)).isEqualTo(1e30f, within(1e24f));
      assertThat(y.getFloat(3)).isEqualTo(0, within(1e-5f));
      assertThat(slope.getFloat(4)).isEqualTo(1, within(1e-6f));
      assertThat(slope.getFloat(5)).isEqualTo(0, within(1e-6f));
      assertThat(y.getFloat(6)).isEqualTo(0, within(1e-20f));
    }
  }

  @Test
  void softmaxAndItsGradientAgreeWithDoublePrecision() {
    for (int[] shape : SHAPES) {
      for (double spread : new double[] {0.1, 3, 200}) {
        INDArray p = normal(spread, shape[0], shape[1]);
        INDArray dp = normal(1, shape[0], shape[1]);
        INDArray pFound = p.castTo(DataType.FLOAT);
        INDArray dpFound = dp.castTo(DataType.FLOAT);
        exact.softmax(p);
        exact.softmaxBackward(p, dp);
        host.softmax(pFound);
        host.softmaxBackward(pFound, dpFound);
        close(pFound, p, 1e-6);
        close(dpFound, dp, 5e-6);
      }
    }
  }

  @Test
  void softmaxGivesNothingToWhatIsMasked() {
    INDArray x = Nd4j.createFromArray(new float[][] {{1, -1e9f, 2}, {-3e38f, -3e38f, -3e38f}});
    host.softmax(x);
    assertThat(x.getFloat(0, 1)).isZero();
    assertThat(x.getFloat(0, 0) + x.getFloat(0, 2)).isEqualTo(1, within(1e-6f));
    assertThat(x.getFloat(1, 2)).isEqualTo(1f / 3, within(1e-6f));
  }

  @Test
  void normsAndTheirGradientsAgreeWithDoublePrecision() {
    for (int[] shape : SHAPES) {
      for (boolean centred : new boolean[] {true, false}) {
        INDArray x = normal(2, shape[0], shape[1]);
        INDArray gain = normal(1, shape[1]);
        INDArray bias = normal(1, shape[1]);
        INDArray dy = normal(1, shape[0], shape[1]);
        INDArray[] expected = norm(exact, DataType.DOUBLE, centred, x, gain, bias, dy);
        for (Passes passes : new Passes[] {host, stock}) {
          INDArray[] found = norm(passes, DataType.FLOAT, centred, x, gain, bias, dy);
          double size = Math.max(1, expected[1].amaxNumber().doubleValue());
          close(found[0], expected[0], 1e-5);
          close(found[1], expected[1], 2e-5 * size);
        }
      }
    }
  }

  private static INDArray[] norm(
      Passes passes,
      DataType type,
      boolean centred,
      INDArray x,
      INDArray gain,
      INDArray bias,
      INDArray dy) {
    INDArray in = x.castTo(type);
    INDArray factor = gain.castTo(type);
    INDArray normal = in.ulike();
    INDArray scale = Nd4j.create(type, in.size(0), 1);
    INDArray y = in.ulike();
    INDArray dx = in.ulike();
    INDArray inPlace = in.dup('c');
    if (centred) {
      passes.layerNorm(inPlace, factor, bias.castTo(type), 0.1, inPlace);
      passes.layerNorm(in, factor, bias.castTo(type), 0.1, normal, scale, y);
      passes.layerNormBackward(dy.castTo(type), factor, normal, scale, dx);
    } else {
      passes.rmsNorm(inPlace, factor, 0.1, inPlace);
      passes.rmsNorm(in, factor, 0.1, normal, scale, y);
      passes.rmsNormBackward(dy.castTo(type), factor, normal, scale, dx);
    }
    assertThat(inPlace).isEqualTo(y);
    return new INDArray[] {y, dx};
  }

  @Test
  void aRowIsAddedToEachRow() {
    for (int[] shape : SHAPES) {
      INDArray x = normal(1, shape[0], shape[1]).castTo(DataType.FLOAT);
      INDArray row = normal(1, shape[1]).castTo(DataType.FLOAT);
      INDArray expected = x.addRowVector(row);
      INDArray y = x.ulike();
      host.addRow(x, row, y);
      close(y, expected, 1e-6);
      host.addRow(x, row, x);
      assertThat(x).isEqualTo(expected);
    }
  }
}
