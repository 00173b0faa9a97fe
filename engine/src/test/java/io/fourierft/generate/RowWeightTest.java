package io.fourierft.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.engine.Arena;
import io.fourierft.engine.Linear;
import io.fourierft.engine.LinearWeight;
import io.fourierft.engine.Parameters;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RowWeightTest {
  @ParameterizedTest
  @CsvSource({
    "OUT_IN, 1200, 900",
    "IN_OUT, 1200, 900",
    "OUT_IN, 17, 13",
    "IN_OUT, 17, 13",
    "OUT_IN, 300, 200"
  })
  void oneRowAndSeveralGiveTheSameProductsInEitherLayout(Linear.Layout layout, int in, int out) {
    Nd4j.getRandom().setSeed(5);
    boolean byOutput = layout == Linear.Layout.OUT_IN;
    INDArray weight = Nd4j.rand(DataType.FLOAT, byOutput ? out : in, byOutput ? in : out);
    Linear linear = new Linear("m", in, out, false, layout);
    try (INDArray x = Nd4j.rand(DataType.FLOAT, 2, in);
        Parameters base = Parameters.of(Map.of("m.weight", weight));
        Parameters view = RowWeight.over(base, List.of(linear))) {
      LinearWeight rows = view.linear(linear);
      INDArray both = Nd4j.create(DataType.FLOAT, 2, out);
      rows.multiply(linear, x, both, false);
      for (int row = 0; row < 2; row++) {
        INDArray single = x.getRow(row, true).dup('c');
        INDArray one = Nd4j.create(DataType.FLOAT, 1, out);
        rows.multiply(linear, single, one, false);
        rows.multiply(linear, single, one, true);
        INDArray expected = both.getRow(row, true).mul(2);
        assertThat(one.sub(expected).amaxNumber().doubleValue()).isLessThan(2e-3);
        assertThat(expected.amaxNumber().doubleValue()).isGreaterThan(in / 3.0);
      }
    }
  }

  @Test
  void replacementsOfTheBaseAreSeenAsTheyComeAndGo() {
    Linear linear = new Linear("s", 3, 2, false, Linear.Layout.OUT_IN);
    try (INDArray x = Nd4j.ones(DataType.FLOAT, 1, 3);
        INDArray other = Nd4j.valueArrayOf(new long[] {2, 3}, 5, DataType.FLOAT);
        Parameters base = Parameters.of(Map.of("s.weight", Nd4j.ones(DataType.FLOAT, 2, 3)));
        Parameters view = RowWeight.over(base, List.of(linear))) {
      assertThat(product(view, linear, x)).isEqualTo(3);
      base.replace("s", new FixedValue(other));
      assertThat(product(view, linear, x)).isEqualTo(15);
      base.restore("s");
      assertThat(product(view, linear, x)).isEqualTo(3);
    }
  }

  private static double product(Parameters view, Linear linear, INDArray x) {
    try (INDArray y = Nd4j.create(DataType.FLOAT, 1, 2)) {
      view.linear(linear).multiply(linear, x, y, false);
      return y.getDouble(0, 1);
    }
  }

  private record FixedValue(INDArray value) implements LinearWeight {
    @Override
    public boolean trainable() {
      return false;
    }

    @Override
    public void accumulate(INDArray x, INDArray dy, Arena arena) {
      throw new UnsupportedOperationException();
    }
  }
}
