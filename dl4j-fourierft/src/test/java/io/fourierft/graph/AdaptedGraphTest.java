package io.fourierft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.Adapted;
import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.ModuleShape;
import io.fourierft.TargetModules;
import io.fourierft.TinyEncoder;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.SameDiffModel;
import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.blas.params.MMulTranspose;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class AdaptedGraphTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("first", "second", "third", "kernel", "words"))
          .withNFrequency(9)
          .withScaling(20)
          .withGaussianStart(SEED);

  @TempDir private Path folder;

  @Test
  void theOutputIsThatOfTheSameGraphWithTheChangedWeights() {
    for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
      SampleGraph sample = SampleGraph.of(type, SEED);
      INDArray plain = sample.output();
      try (AdaptedGraph adapted = FourierFt.attach(sample.graph(), OPTIONS)) {
        assertThat(adapted.modules())
            .containsExactlyInAnyOrder("first", "second", "third", "kernel", "words");
        SampleGraph changed = SampleGraph.of(type, SEED);
        changed.add("first.weight", adapted.delta("first").transpose()); // stored [in, out]
        changed.add("second/W", adapted.delta("second"));
        changed.add("third", adapted.delta("third").transpose());
        changed.add("words", adapted.delta("words").transpose());
        INDArray kernel = adapted.delta("kernel"); // [out, in * height * width]
        changed.add("kernel", kernel.reshape('c', 3, 2, 2, 2).permute(2, 3, 1, 0));
        INDArray expected = changed.output();
        assertClose(sample.output(), expected, type == DataType.DOUBLE ? 1e-12 : 1e-5);
        assertThat(distance(expected, plain)).isGreaterThan(1e-2);
      }
      assertThat(sample.output()).isEqualTo(plain);
    }
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }

  private static void assertClose(INDArray found, INDArray expected, double relative) {
    double largest = expected.amaxNumber().doubleValue();
    assertThat(distance(found, expected)).isLessThan(relative * largest);
  }

  @Test
  void detachingLeavesTheGraphAsItWas() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    SameDiff graph = sample.graph();
    INDArray plain = sample.output();
    Map<String, VariableType> types = types(graph);
    Map<String, List<String>> inputs = inputs(graph);
    AdaptedGraph adapted = FourierFt.attach(graph, OPTIONS);
    sample.output();
    assertThat(types(graph).size()).isGreaterThan(types.size() + 50);
    adapted.close();
    adapted.close();
    assertThat(types(graph)).isEqualTo(types);
    assertThat(inputs(graph)).isEqualTo(inputs);
    assertThat(sample.output()).isEqualTo(plain);
  }

  private static Map<String, VariableType> types(SameDiff graph) {
    return graph.variables().stream()
        .collect(Collectors.toMap(SDVariable::name, SDVariable::getVariableType));
  }

  private static Map<String, List<String>> inputs(SameDiff graph) {
    return graph.getOps().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, op -> op.getValue().getInputsToOp()));
  }

  @Test
  void onlyWhatTheActiveAdapterTrainsIsVariable() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    try (AdaptedGraph adapted =
        FourierFt.attach(sample.graph(), OPTIONS.withModulesToSave("head"))) {
      Set<String> variables = new TreeSet<>();
      types(sample.graph())
          .forEach(
              (name, type) -> {
                if (type == VariableType.VARIABLE) {
                  variables.add(name);
                }
              });
      Set<String> expected = new TreeSet<>(Set.of("head.weight", "head.bias"));
      adapted.modules().forEach(module -> expected.add(AdaptedGraph.spectrum(module, "default")));
      assertThat(variables).isEqualTo(expected);
      assertThat(adapted.parameterCount().trainable()).isEqualTo(5 * 9 + 4 * 3 + 3);
      assertThat(adapted.toAdapter(Adapted.DEFAULT).build().tensors()).hasSize(2);
    }
  }

  @Test
  void aGraphThatRanAndWasSavedAndLoadedIsAdaptedAlike() throws Exception {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    File file = folder.resolve("graph.fb").toFile();
    sample.output();
    sample.graph().save(file, true);
    SampleGraph loaded = SampleGraph.around(SameDiff.load(file, true), DataType.FLOAT, SEED);
    try (AdaptedGraph one = FourierFt.attach(sample.graph(), OPTIONS);
        AdaptedGraph two = FourierFt.attach(loaded.graph(), OPTIONS)) {
      assertThat(two.shapes()).containsExactlyInAnyOrderElementsOf(one.shapes());
      assertClose(loaded.output(), sample.output(), 1e-6);
      sample.graph().save(file, true);
      SampleGraph adapted = SampleGraph.around(SameDiff.load(file, true), DataType.FLOAT, SEED);
      assertThat(adapted.output()).isEqualTo(sample.output());
      assertThatThrownBy(() -> FourierFt.attach(adapted.graph(), OPTIONS))
          .hasMessageStartingWith("graph expected without an adapter but found the coefficients");
    }
  }

  @Test
  void allLinearMeansProductsButNotTheHead() {
    SampleGraph sample = SampleGraph.of(DataType.FLOAT, SEED);
    try (AdaptedGraph adapted =
        FourierFt.attach(
            sample.graph(), FourierOptions.of(TargetModules.allLinear()).withNFrequency(4))) {
      assertThat(adapted.modules()).containsExactlyInAnyOrder("first", "second", "third");
      assertThat(adapted.shapes())
          .contains(
              new ModuleShape("words", 6, 11, ModuleShape.Kind.OTHER),
              new ModuleShape("head", 3, 4, ModuleShape.Kind.OUTPUT_HEAD));
    }
  }

  @Test
  void aWeightOfTwoProductsChangesInBoth() {
    Consumer<SameDiff> tied =
        graph -> {
          SDVariable w = graph.var("w", Nd4j.rand(DataType.DOUBLE, 5, 5));
          SDVariable x = graph.placeHolder("x", DataType.DOUBLE, -1, 5);
          graph.nn().tanh(x.mmul(w)).mmul("y", w);
        };
    Nd4j.getRandom().setSeed(SEED);
    SameDiff graph = SameDiff.create();
    tied.accept(graph);
    INDArray x = Nd4j.rand(DataType.DOUBLE, 3, 5);
    INDArray w = graph.getVariable("w").getArr().dup();
    try (AdaptedGraph adapted =
        FourierFt.attach(
            graph,
            FourierOptions.of(TargetModules.of("w"))
                .withNFrequency(6)
                .withScaling(10)
                .withGaussianStart(SEED))) {
      INDArray sum = w.add(adapted.delta("w").transpose());
      INDArray expected = Transforms.tanh(x.mmul(sum)).mmul(sum);
      assertClose(graph.outputSingle(Map.of("x", x), "y"), expected, 1e-12);
    }
  }

  @Test
  void whatIsNoWeightOfTheGraphsOwnIsRefusedWithTheReason() {
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
    SDVariable made = graph.var("made", Nd4j.rand(4, 4));
    x.mmul("a", made.mul(made));
    SDVariable both = graph.var("both", Nd4j.rand(4, 4));
    x.mmul(both).mmul("b", both, MMulTranspose.builder().transposeB(true).build());
    SDVariable given = graph.placeHolder("given", DataType.FLOAT, 4, 4);
    x.mmul("c", given);
    SDVariable half = graph.constant("half", Nd4j.rand(4, 4).castTo(DataType.BFLOAT16));
    x.castTo(DataType.BFLOAT16).mmul("d", half);
    x.mmul("e", graph.var("fine", Nd4j.rand(4, 4)));
    graph.nn().tanh(graph.var("added", Nd4j.rand(1, 4)).add(x));
    Set<String> before = new HashSet<>(graph.getVariables().keySet());
    refused(graph, "made", "found made: it is the result of the operation multiply");
    refused(graph, "both", "one operation takes it as [out, in] and another as [in, out]");
    refused(graph, "given", "found given: it is a placeholder");
    refused(graph, "half", "its type is BFLOAT16, not FLOAT or DOUBLE");
    refused(graph, "fime", "nearest: fine");
    refused(graph, "added", "found added read by add");
    assertThat(graph.getVariables().keySet()).isEqualTo(before);
    assertThat(graph.getVariable("fine").getVariableType()).isEqualTo(VariableType.VARIABLE);
  }

  private static void refused(SameDiff graph, String target, String message) {
    assertThatThrownBy(
            () ->
                FourierFt.attach(
                    graph, FourierOptions.of(TargetModules.of(target)).withNFrequency(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void theWeightChangeIsPeftsGoldenVector() {
    // torch: entries of seed 777 over [4, 6], n = 5, scaling 150; see PEFT's get_delta_weight.
    float[] coefficients = {1, -0.5f, 2, 0.25f, -1.5f};
    double[][] golden = {
      {7.812499, 7.03125, -3.9062495, -14.0625, -3.9062495, 7.03125},
      {-14.0625, 1.5064085, 12.443909, 7.8125005, 1.6185913, -9.318909},
      {-29.6875, -11.71875, 14.84375, 23.4375, 14.84375, -11.71875},
      {-14.0625, -9.318909, 1.6185913, 7.8125005, 12.443909, 1.5064085}
    };
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 6);
    SDVariable h = graph.mmul(x, graph.constant("query", Nd4j.zeros(4, 6)), false, true, false);
    h.mmul("y", graph.constant("head", Nd4j.eye(4)));
    FourierOptions options = FourierOptions.of(TargetModules.of("query")).withNFrequency(5);
    try (AdaptedGraph adapted = FourierFt.attach(graph, options)) {
      Adapter zero = adapted.toAdapter(Adapted.DEFAULT).build();
      AdapterLayer layer = new AdapterLayer("query", 4, 6, coefficients);
      adapted.add("golden", zero.toBuilder().layers(List.of(layer)).build());
      adapted.activate("golden");
      INDArray found = graph.outputSingle(Map.of("x", Nd4j.eye(6)), "y").transpose(); // [4, 6]
      for (int p = 0; p < 4; p++) {
        assertThat(found.getRow(p).toDoubleVector()).containsExactly(golden[p], within(2e-5));
      }
    }
  }

  @Test
  void anAdapterOfTheEngineGivesTheEnginesOutputs() {
    TinyEncoder encoder = new TinyEncoder(2, 12, 3, 20, 31, 4);
    Inputs inputs = encoder.inputs(new SplittableRandom(SEED), 4, 6);
    FourierOptions options =
        FourierOptions.of(TargetModules.allLinear()).withNFrequency(17).withGaussianStart(SEED);
    try (Parameters parameters = encoder.parameters(DataType.FLOAT, SEED);
        Parameters view = parameters.share();
        AdaptedModel model =
            FourierFt.attach(encoder.linears(), view, options, TinyEncoder.head());
        DirectModel direct = DirectModel.of(encoder, view)) {
      SameDiff graph = SameDiffModel.graph(encoder, parameters);
      INDArray expected = direct.forward(inputs).dup();
      try (AdaptedGraph adapted = FourierFt.attach(graph, options)) {
        assertThat(adapted.modules()).containsExactlyInAnyOrderElementsOf(model.modules());
        adapted.add("engine", model.toAdapter().build());
        adapted.activate("engine");
        Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, inputs);
        INDArray found = graph.outputSingle(placeholders, SameDiffModel.OUTPUT);
        assertClose(found, expected, 1e-5);
      }
    }
  }
}
