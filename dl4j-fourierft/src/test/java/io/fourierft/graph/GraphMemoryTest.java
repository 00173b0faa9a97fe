package io.fourierft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory that an adapter over the linear layers of two LLaMA-7B blocks takes in a graph. Layers
 * of one shape share one array: what counts here is what the adapter adds.
 */
class GraphMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int HIDDEN = 4096;
  private static final int INNER = 11008;

  @Test
  void attachingTakesLessThanOnePercentOfTheWeights() throws IOException {
    assumeTrue(Files.exists(STATUS), "memory counters of Linux expected but found none");
    FourierOptions options =
        FourierOptions.of(
                TargetModules.of("q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"))
            .withNFrequency(1000);
    SameDiff graph = graph();
    long weights = bytes(graph, null);
    assertThat(weights).isGreaterThan(1_200_000_000L);
    FourierFt.attach(graph, options).close(); // loads classes and native code
    long before = dataBytes();
    List<String> names = List.copyOf(graph.getVariables().keySet());
    try (AdaptedGraph adapted = FourierFt.attach(graph, options)) {
      assertThat(adapted.modules()).hasSize(12);
      long added = bytes(graph, names);
      System.out.printf(
          "adapter over %,d bytes of weights: %,d bytes of arrays, %,d bytes of memory%n",
          weights, added, dataBytes() - before);
      assertThat(added).as("arrays").isLessThan(weights / 1000);
      assertThat(dataBytes() - before).as("memory").isLessThan(weights / 100);
    }
    assertThat(bytes(graph, null)).isEqualTo(weights);
  }

  /** Bytes of a graph's numbers, without those of some variables. */
  private static long bytes(SameDiff graph, List<String> without) {
    long bytes = 0;
    for (SDVariable variable : graph.variables()) {
      boolean holds =
          variable.getVariableType() == VariableType.CONSTANT
              || variable.getVariableType() == VariableType.VARIABLE;
      if (holds && (without == null || !without.contains(variable.name()))) {
        INDArray array = variable.getArr();
        bytes += array.length() * array.dataType().width();
      }
    }
    return bytes;
  }

  private static SameDiff graph() {
    INDArray square = Nd4j.ones(DataType.FLOAT, HIDDEN, HIDDEN);
    INDArray up = Nd4j.ones(DataType.FLOAT, INNER, HIDDEN);
    INDArray down = Nd4j.ones(DataType.FLOAT, HIDDEN, INNER);
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, HIDDEN);
    for (int layer = 0; layer < 2; layer++) {
      String path = "model.layers." + layer + ".";
      for (String name : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
        x = linear(graph, x, path + "self_attn." + name, square);
      }
      SDVariable wide = linear(graph, x, path + "mlp.up_proj", up);
      x = linear(graph, wide, path + "mlp.down_proj", down);
    }
    return graph;
  }

  private static SDVariable linear(SameDiff graph, SDVariable x, String module, INDArray weight) {
    return graph.mmul(x, graph.constant(module + ".weight", weight), false, true, false);
  }

  /** Private writable memory: heap, stacks and whatever native code has asked for. */
  private static long dataBytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmData:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }
}
