package io.fourierft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class HostRotaryTest {
  @Test
  void everyPairTurnsByItsAngleAndBackAgain() {
    double[] frequencies = {1, 0.3, 0.02};
    double factor = 1.25;
    int[] positions = {0, 7, 3, 3};
    Rotary rotary = new Rotary(6, frequencies, factor, new Positions.Sequential(0));
    HostRotary turns = HostRotary.of(rotary, positions);
    Nd4j.getRandom().setSeed(3);
    try (INDArray x = Nd4j.rand(DataType.FLOAT, 4, 12); // two heads
        INDArray y = Nd4j.create(DataType.FLOAT, 4, 12);
        INDArray back = Nd4j.create(DataType.FLOAT, 4, 12)) {
      turns.turn(x, false, y);
      for (int row = 0; row < 4; row++) {
        for (int column = 0; column < 12; column++) {
          int i = column % 3;
          int first = column / 6 * 6 + i;
          double angle = positions[row] * frequencies[i];
          double a = x.getDouble(row, first);
          double b = x.getDouble(row, first + 3);
          double expected =
              column % 6 < 3
                  ? a * Math.cos(angle) - b * Math.sin(angle)
                  : b * Math.cos(angle) + a * Math.sin(angle);
          assertThat(y.getDouble(row, column)).isCloseTo(factor * expected, within(1e-6));
        }
      }
      turns.turn(y, true, back);
      back.divi(factor * factor);
      assertThat(back.sub(x).amaxNumber().doubleValue()).isLessThan(1e-6);
    }
  }
}
