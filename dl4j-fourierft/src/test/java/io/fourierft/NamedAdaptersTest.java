package io.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BiasMode;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.train.CrossEntropy;
import io.fourierft.train.Trainable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class NamedAdaptersTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 12, 3, 20, 31, 4);
  private static final FourierOptions FIRST =
      FourierOptions.of(TargetModules.of("query", "value"))
          .withNFrequency(17)
          .withGaussianStart(SEED);
  private static final FourierOptions SECOND =
      FourierOptions.of(TargetModules.of("value", "intermediate.dense"))
          .withNFrequencyPattern(Map.of("layer\\.1\\..*dense", 5))
          .withNFrequency(30)
          .withScaling(40)
          .withGaussianStart(SEED + 1);
  private static final String VALUE = "encoder.layer.1.attention.self.value";

  private final Inputs inputs = ENCODER.inputs(new SplittableRandom(SEED), 4, 6);
  private Parameters parameters;
  private Map<String, INDArray> kept;
  private AdaptedModel model;
  private DirectModel direct;
  private INDArray plain;

  @BeforeEach
  void attach() {
    parameters = ENCODER.parameters(DataType.DOUBLE, SEED);
    kept = new LinkedHashMap<>();
    parameters.names().forEach(name -> kept.put(name, parameters.value(name).dup()));
    direct = DirectModel.of(ENCODER, parameters);
    plain = output();
    model = FourierFt.attach(ENCODER.linears(), parameters, FIRST, TinyEncoder.head());
    model.add("second", SECOND);
  }

  @AfterEach
  void close() {
    direct.close();
    model.close();
    requireUntouched();
    parameters.close();
  }

  private void requireUntouched() {
    kept.forEach((name, value) -> assertThat(parameters.value(name)).as(name).isEqualTo(value));
  }

  private INDArray output() {
    return direct.forward(inputs).dup();
  }

  @Test
  void switchingGivesEachAdaptersOutputsAndBackAgain() {
    INDArray first = output();
    assertThat(first).isNotEqualTo(plain);
    model.activate("second");
    INDArray second = output();
    assertThat(second).isNotEqualTo(first).isNotEqualTo(plain);
    assertThat(model.modules()).hasSize(4).contains(VALUE, "encoder.layer.1.intermediate.dense");
    assertThat(model.coefficientCount()).isEqualTo(30 * 3 + 5);
    model.disable();
    assertThat(output()).isEqualTo(plain);
    assertThat(model.active()).isEmpty();
    model.activate(Adapted.DEFAULT);
    assertThat(output()).isEqualTo(first);
  }

  @Test
  void aCombinationIsTheWeightedSumOfTheChanges() {
    INDArray expected;
    try (INDArray one = model.delta(VALUE)) {
      model.activate("second");
      try (INDArray two = model.delta(VALUE)) {
        expected = one.mul(0.25).add(two.mul(-2));
      }
    }
    model.combine(Map.of(Adapted.DEFAULT, 0.25, "second", -2.0));
    assertClose(model.delta(VALUE), expected);
    assertThat(model.modules()).hasSize(6);
    assertThatThrownBy(model::trainables)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("training expected one active adapter");
    INDArray combined = output();
    model.merge();
    assertClose(output(), combined);
    model.unmerge();
    assertThat(output()).isEqualTo(combined);
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.reshape(-1).toDoubleVector())
        .containsExactly(expected.reshape(-1).toDoubleVector(), within(1e-12));
  }

  @Test
  void mergingKeepsTheOutputsAndUnmergingRestoresEveryBit() {
    INDArray adapted = output();
    model.merge();
    assertThat(model.merged()).isTrue();
    assertThat(parameters.value(VALUE + ".weight")).isNotEqualTo(kept.get(VALUE + ".weight"));
    assertClose(output(), adapted);
    model.unmerge();
    requireUntouched();
    assertThat(output()).isEqualTo(adapted);
  }

  @Test
  void whatAMergedModelCannotDoIsRefusedAndChangesNothing() {
    assertThatThrownBy(model::unmerge)
        .hasMessage("unmerge expected a merged change but found none");
    model.merge();
    INDArray merged = parameters.value(VALUE + ".weight").dup();
    for (Runnable action :
        List.<Runnable>of(
            model::merge,
            model::disable,
            () -> model.activate("second"),
            () -> model.add("third", FIRST),
            model::trainables,
            model::updated)) {
      assertThatThrownBy(action::run)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "weights expected without a merged change but found [default] merged; unmerge first");
    }
    assertThat(parameters.value(VALUE + ".weight")).isEqualTo(merged);
    model.unmerge();
    model.disable();
    assertThatThrownBy(model::merge)
        .hasMessage("merge expected an active adapter but found none of [default, second] active");
  }

  @Test
  void aMergedWeightThatSomeoneElseChangedIsNoticed() {
    model.merge();
    INDArray weight = parameters.value(VALUE + ".weight");
    double value = weight.getDouble(3, 4);
    weight.putScalar(3, 4, Math.nextUp(value));
    assertThatThrownBy(model::unmerge)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unmerging would lose them (" + VALUE + ")");
    assertThat(model.merged()).isTrue();
    weight.putScalar(3, 4, value);
    model.unmerge();
  }

  @Test
  void aChangeThatIsNotFiniteIsNotMerged() {
    INDArray coefficients = model.trainables().get(0).value();
    coefficients.putScalar(coefficients.length() - 1, 1e306);
    model.updated();
    coefficients.putScalar(coefficients.length() - 2, Double.NaN);
    model.updated();
    assertThatThrownBy(model::merge)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("merged weight expected finite numbers but found NaN")
        .hasMessageContaining("(" + VALUE + ")");
    assertThat(model.merged()).isFalse();
    requireUntouched();
  }

  @Test
  void theActiveAdapterIsNotDeletedAndUnknownNamesListTheKnownOnes() {
    assertThatThrownBy(() -> model.delete(Adapted.DEFAULT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "adapter to delete expected to be inactive but found default among the active ones");
    for (Runnable action :
        List.<Runnable>of(
            () -> model.activate("secnd"),
            () -> model.delete("secnd"),
            () -> model.toAdapter("secnd"),
            () -> model.combine(Map.of("secnd", 1.0)))) {
      assertThatThrownBy(action::run)
          .hasMessage("adapter expected one of [default, second] but found secnd; nearest: second");
    }
    assertThatThrownBy(() -> model.add("second", FIRST)).hasMessageContaining("to be new");
    assertThatThrownBy(() -> model.add("a.b", FIRST)).hasMessageContaining("letters, digits");
    assertThatThrownBy(() -> model.combine(Map.of("second", Double.NaN)))
        .hasMessage("adapter weight expected a finite number but found NaN (second)");
    model.delete("second");
    assertThat(model.adapters()).containsExactly(Adapted.DEFAULT);
  }

  @Test
  void anAdapterComesBackUnderAnotherName() {
    model.activate("second");
    INDArray expected = output();
    Adapter adapter = model.toAdapter("second").build();
    model.add("third", adapter);
    model.activate("third");
    assertFloatClose(output(), expected);
    assertThat(model.toAdapter("third").build().layers()).isEqualTo(adapter.layers());
  }

  private static void assertFloatClose(INDArray found, INDArray expected) {
    assertThat(found.reshape(-1).toDoubleVector())
        .containsExactly(expected.reshape(-1).toDoubleVector(), within(1e-5));
  }

  @Test
  void whatIsTrainedInFullBelongsToItsAdapter() {
    INDArray bias = model.trainables().get(2).value();
    assertThat(model.trainables().get(2).name()).isEqualTo("classifier.bias");
    bias.addi(1);
    INDArray first = output();
    model.activate("second");
    assertThat(parameters.value("classifier.bias")).isEqualTo(kept.get("classifier.bias"));
    model.activate(Adapted.DEFAULT);
    assertThat(output()).isEqualTo(first);
    assertThat(model.toAdapter(Adapted.DEFAULT).build().tensors()).hasSize(2);
    model.combine(Map.of(Adapted.DEFAULT, 0.5));
    assertClose(parameters.value("classifier.bias"), kept.get("classifier.bias").add(0.5));
  }

  @Test
  void biasesTrainAndTheirGradientsAgreeWithCentralDifferences() {
    model.add("biases", FIRST.withBias(BiasMode.ALL).withModulesToSave("1.output.LayerNorm"));
    model.activate("biases");
    CrossEntropy loss = new CrossEntropy(new int[] {0, 3, 1, 2}, 0);
    direct.backward(inputs, loss);
    List<Trainable> trainables = model.trainables();
    assertThat(trainables).hasSizeGreaterThan(18);
    for (Trainable trainable : trainables.subList(1, trainables.size())) {
      INDArray values = trainable.value().reshape(-1);
      double expected = trainable.gradient().reshape(-1).getDouble(1);
      double value = values.getDouble(1);
      values.putScalar(1, value + 1e-5);
      double above = loss(loss);
      values.putScalar(1, value - 1e-5);
      double below = loss(loss);
      values.putScalar(1, value);
      assertThat(expected)
          .as("%s, seed %d", trainable.name(), SEED)
          .isCloseTo((above - below) / 2e-5, within(1e-7));
    }
  }

  private double loss(CrossEntropy loss) {
    INDArray output = output();
    return loss.gradient(output, output.dup());
  }

  @Test
  void theNumbersOfParametersAreCountedAsPeftCountsThem() {
    long base = kept.values().stream().mapToLong(INDArray::length).sum();
    long coefficients = 4 * 17;
    assertThat(model.parameterCount())
        .isEqualTo(new ParameterCount(coefficients + 4 * 12 + 4, base + coefficients + 3 * 30 + 5));
    model.disable();
    assertThat(model.parameterCount().trainable()).isZero();
    assertThat(new ParameterCount(1234, 100_000))
        .hasToString("trainable params: 1,234 || all params: 100,000 || trainable%: 1.2340");
  }

  @Test
  void anAdapterThatDoesNotFitLeavesTheModelAsItWas() {
    INDArray before = output();
    Adapter other =
        model.toAdapter("second").addLayer(new AdapterLayer("nowhere", 3, 3, new float[1])).build();
    assertThatThrownBy(() -> model.add("other", other)).hasMessageContaining("found nowhere");
    assertThatThrownBy(() -> model.load(model.toAdapter("second").build()))
        .hasMessageContaining("scaling expected 150.0 but found 40.0");
    assertThatThrownBy(() -> model.add("other", FIRST.withNFrequency(145)))
        .hasMessageContaining("at most 144 but found 145");
    assertThat(model.adapters()).containsExactly(Adapted.DEFAULT, "second");
    assertThat(output()).isEqualTo(before);
  }

  @Test
  void aChangeMergedForGoodStays() {
    INDArray adapted = output();
    model.mergeAndDetach();
    assertClose(output(), adapted);
    assertThat(parameters.trainable()).isEmpty();
    parameters.names().forEach(name -> parameters.value(name).assign(kept.get(name)));
  }
}
