package io.fourierft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.Adapted;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.Basis;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class GraphAdaptersTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final FourierOptions FIRST =
      FourierOptions.of(TargetModules.of("first", "words", "kernel"))
          .withNFrequency(9)
          .withScaling(20)
          .withGaussianStart(SEED)
          .withModulesToSave("head");
  private static final FourierOptions SECOND =
      FourierOptions.of(TargetModules.of("first", "second"))
          .withNFrequencyPattern(Map.of("second", 4))
          .withNFrequency(7)
          .withScaling(5)
          .withGaussianStart(SEED + 1);

  @TempDir private Path folder;
  private SampleGraph sample;
  private SampleGraph untouched;
  private INDArray plain;
  private AdaptedGraph model;

  @BeforeEach
  void attach() {
    sample = SampleGraph.of(DataType.DOUBLE, SEED);
    untouched = SampleGraph.of(DataType.DOUBLE, SEED);
    plain = sample.output();
    model = FourierFt.attach(sample.graph(), FIRST);
    model.add("second", SECOND);
  }

  @AfterEach
  void detach() {
    model.close();
    assertThat(sample.output()).isEqualTo(plain);
    requireBase();
  }

  private void requireBase() {
    for (String name :
        List.of("words", "first.weight", "second/W", "third", "kernel", "head.bias")) {
      assertThat(array(sample, name)).as(name).isEqualTo(array(untouched, name));
    }
  }

  private static INDArray array(SampleGraph sample, String variable) {
    return sample.graph().getVariable(variable).getArr();
  }

  private static void assertClose(INDArray found, INDArray expected) {
    assertThat(found.reshape(-1).toDoubleVector())
        .containsExactly(expected.reshape(-1).toDoubleVector(), within(1e-11));
  }

  @Test
  void switchingGivesEachAdaptersOutputsAndBackAgain() {
    INDArray first = sample.output();
    model.activate("second");
    INDArray second = sample.output();
    assertThat(second).isNotEqualTo(first).isNotEqualTo(plain);
    assertThat(sample.graph().hasVariable(AdaptedGraph.spectrum("words", "default"))).isFalse();
    model.disable();
    assertThat(sample.output()).isEqualTo(plain);
    model.activate(Adapted.DEFAULT);
    assertThat(sample.output()).isEqualTo(first);
  }

  @Test
  void aCombinationIsTheWeightedSumOfTheChangesAndDoesNotTrain() {
    INDArray change = model.delta("first").mul(0.5);
    model.activate("second");
    change.addi(model.delta("first").mul(2));
    model.combine(Map.of(Adapted.DEFAULT, 0.5, "second", 2.0));
    assertClose(model.delta("first"), change);
    assertThat(sample.graph().variables())
        .noneMatch(variable -> variable.getVariableType() == VariableType.VARIABLE);
    INDArray combined = sample.output();
    model.merge();
    assertClose(sample.output(), combined);
    assertClose(
        array(sample, "first.weight").sub(array(untouched, "first.weight")), change.transpose());
    model.unmerge();
    assertThat(sample.output()).isEqualTo(combined);
  }

  @Test
  void mergingCostsNothingAndUnmergingRestoresEveryBit() {
    INDArray adapted = sample.output();
    int ops = untouched.graph().getOps().size();
    assertThat(sample.graph().getOps().size()).isGreaterThan(ops);
    model.merge();
    assertThat(sample.graph().getOps()).hasSize(ops);
    assertClose(sample.output(), adapted);
    assertThatThrownBy(model::merge).hasMessageContaining("[default] merged; unmerge first");
    assertThatThrownBy(() -> model.activate("second")).hasMessageContaining("unmerge first");
    model.unmerge();
    assertThat(sample.output()).isEqualTo(adapted);
    assertThatThrownBy(model::unmerge)
        .hasMessage("unmerge expected a merged change but found none");
  }

  @Test
  void aMergedWeightThatSomeoneElseChangedIsNoticed() {
    model.merge();
    INDArray kernel = array(sample, "kernel");
    double value = kernel.getDouble(1, 0, 1, 2);
    kernel.putScalar(new int[] {1, 0, 1, 2}, Math.nextDown(value));
    assertThatThrownBy(model::unmerge).hasMessageContaining("would lose them (kernel)");
    kernel.putScalar(new int[] {1, 0, 1, 2}, value);
    model.unmerge();
  }

  @Test
  void aChangeThatIsNotFiniteIsNotMerged() {
    array(sample, AdaptedGraph.spectrum("words", "default")).putScalar(3, Double.POSITIVE_INFINITY);
    assertThatThrownBy(model::merge)
        .hasMessageContaining("merged weight expected finite numbers but found")
        .hasMessageContaining("(words)");
    assertThat(model.merged()).isFalse();
    requireBase();
  }

  @Test
  void aGraphMergedForGoodIsSavedAsAPlainOne() throws Exception {
    INDArray adapted = sample.output();
    model.mergeAndDetach();
    assertThat(sample.graph().getVariables().keySet())
        .isEqualTo(untouched.graph().getVariables().keySet());
    File file = folder.resolve("merged.fb").toFile();
    sample.graph().save(file, true);
    SampleGraph loaded = SampleGraph.around(SameDiff.load(file, true), DataType.DOUBLE, SEED);
    assertClose(loaded.output(), adapted);
    attach();
  }

  @Test
  void anAdapterComesBackUnderAnotherName() {
    array(sample, "head.bias").addi(1);
    INDArray expected = sample.output();
    Adapter adapter = model.toAdapter(Adapted.DEFAULT).build();
    assertThat(adapter.tensors())
        .extracting("name")
        .containsExactlyInAnyOrder("head.weight", "head.bias");
    model.add("copy", adapter);
    model.activate("copy");
    assertThat(sample.output().sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
    assertThatThrownBy(() -> model.delete("copy")).isInstanceOf(IllegalStateException.class);
    model.activate("second");
    model.delete("copy");
    assertThat(model.adapters()).containsExactly("default", "second");
    assertThatThrownBy(() -> model.activate("copy"))
        .hasMessageStartingWith("adapter expected one of [default, second] but found copy");
  }

  @Test
  void whatDoesNotFitLeavesTheGraphAsItWas() {
    INDArray before = sample.output();
    int variables = sample.graph().variables().size();
    assertThatThrownBy(() -> model.add("third", SECOND.withNFrequency(43)))
        .hasMessage("n_frequency expected at most 42 but found 43 (first)");
    assertThatThrownBy(() -> model.add("third", SECOND.withBasis(Basis.RANDOM, 1)))
        .hasMessage("basis of a graph's adapter expected FOURIER but found RANDOM");
    assertThatThrownBy(() -> model.add("second", SECOND)).hasMessageContaining("to be new");
    assertThat(sample.graph().variables()).hasSize(variables);
    assertThat(sample.output()).isEqualTo(before);
  }
}
