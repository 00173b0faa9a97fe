package io.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.adapter.Adapter;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.spectral.DenseDelta;
import io.fourierft.train.CrossEntropy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AdaptedModelTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 12, 3, 20, 31, 4);
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("query", "value", "intermediate.dense"))
          .withNFrequency(17)
          .withGaussianStart(SEED);

  @Test
  void theGradientOfEveryCoefficientAgreesWithCentralDifferences() {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = ENCODER.inputs(random, 5, 7);
    CrossEntropy loss = new CrossEntropy(new int[] {0, 3, 1, 2, 3}, 0.1);
    try (Parameters parameters = ENCODER.parameters(DataType.DOUBLE, SEED);
        AdaptedModel adapted =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        DirectModel model = DirectModel.of(ENCODER, parameters)) {
      model.backward(inputs, loss);
      INDArray values = adapted.trainables().get(0).value();
      double[] gradient = adapted.trainables().get(0).gradient().toDoubleVector();
      double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
      assertThat(largest).isGreaterThan(1e-3);
      for (int i = 0; i < gradient.length; i++) {
        double kept = values.getDouble(i);
        double above = lossAt(model, adapted, inputs, loss, values, i, kept + 1e-4);
        double below = lossAt(model, adapted, inputs, loss, values, i, kept - 1e-4);
        values.putScalar(i, kept);
        assertThat(gradient[i])
            .as("coefficient %d, seed %d", i, SEED)
            .isCloseTo((above - below) / 2e-4, within(1e-5 * largest));
      }
    }
  }

  private static double lossAt(
      DirectModel model,
      AdaptedModel adapted,
      Inputs inputs,
      CrossEntropy loss,
      INDArray values,
      int index,
      double value) {
    values.putScalar(index, value);
    adapted.updated();
    INDArray output = model.forward(inputs);
    return loss.gradient(output, output.dup());
  }

  @Test
  void theGradientAgreesWithTheDenseOracleAndTheBaseStaysUntouched() {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = ENCODER.inputs(random, 5, 7);
    CrossEntropy loss = new CrossEntropy(new int[] {0, 3, 1, 2, 3}, 0);
    String module = "encoder.layer.1.attention.self.value";
    try (Parameters parameters = ENCODER.parameters(DataType.DOUBLE, SEED);
        DirectModel model = DirectModel.of(ENCODER, parameters)) {
      INDArray base = parameters.value(module + ".weight");
      INDArray kept = base.dup();
      double[] expected;
      double[] delta;
      try (AdaptedModel adapted =
          FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head())) {
        int at = adapted.modules().indexOf(module) * 17;
        model.backward(inputs, loss);
        expected =
            Arrays.copyOfRange(
                adapted.trainables().get(0).gradient().toDoubleVector(), at, at + 17);
        delta =
            DenseDelta.of(
                adapted.entries(module),
                Arrays.copyOfRange(
                    adapted.trainables().get(0).value().toDoubleVector(), at, at + 17),
                150);
        assertThat(adapted.delta(module).reshape(-1).toDoubleVector())
            .containsExactly(delta, within(1e-12));
        assertThat(base).isEqualTo(kept);

        // The same model with delta added by hand and the weight trained as a whole.
        Parameters merged = mergedCopy(adapted, parameters);
        INDArray dense = merged.train(module + ".weight");
        DirectModel.of(ENCODER, merged).backward(inputs, loss);
        double[] oracle =
            DenseDelta.gradient(adapted.entries(module), dense.reshape(-1).toDoubleVector(), 150);
        double scale = Arrays.stream(oracle).map(Math::abs).max().orElseThrow();
        assertThat(expected).containsExactly(oracle, within(1e-9 * scale));
      }
      assertThat(parameters.linear(ENCODER.linears().get(8)).value()).isSameAs(base);
    }
  }

  private static Parameters mergedCopy(AdaptedModel adapted, Parameters parameters) {
    Map<String, INDArray> values = new LinkedHashMap<>();
    for (String name : parameters.names()) {
      values.put(name, parameters.value(name).dup());
    }
    for (String module : adapted.modules()) {
      values.get(module + ".weight").addi(adapted.delta(module));
    }
    return Parameters.of(values);
  }

  @Test
  void anAdapterOutOfOneModelGivesTheSameOutputsInAFreshOne() {
    SplittableRandom random = new SplittableRandom(SEED);
    Inputs inputs = ENCODER.inputs(random, 5, 7);
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, SEED);
        AdaptedModel first =
            FourierFt.attach(ENCODER.linears(), parameters, OPTIONS, TinyEncoder.head());
        Parameters fresh = ENCODER.parameters(DataType.FLOAT, SEED);
        AdaptedModel second =
            FourierFt.attach(
                ENCODER.linears(), fresh, OPTIONS.withGaussianStart(1), TinyEncoder.head());
        DirectModel one = DirectModel.of(ENCODER, parameters);
        DirectModel two = DirectModel.of(ENCODER, fresh)) {
      Adapter adapter = first.toAdapter().build();
      assertThat(adapter.layers()).hasSize(6);
      INDArray expected = one.forward(inputs).dup();
      assertThat(two.forward(inputs)).isNotEqualTo(expected);
      second.load(adapter);
      assertThat(two.forward(inputs)).isEqualTo(expected);
    }
  }

  @Test
  void aPatternThatMatchesNothingListsTheNearestNames() {
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, SEED)) {
      FourierOptions options = FourierOptions.of(TargetModules.of("qeury"));
      assertThatThrownBy(
              () -> FourierFt.attach(ENCODER.linears(), parameters, options, TinyEncoder.head()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("matched none")
          .hasMessageContaining("nearest: encoder.layer.0.attention.self.query");
    }
  }

  @Test
  void moreCoefficientsThanCellsAreRefusedAndNamed() {
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, SEED)) {
      assertThatThrownBy(
              () ->
                  FourierFt.attach(
                      ENCODER.linears(),
                      parameters,
                      OPTIONS.withNFrequency(145),
                      TinyEncoder.head()))
          .hasMessage(
              "n_frequency expected at most 144 but found 145 (encoder.layer.0.attention.self.query)");
    }
  }
}
