package io.fourierft.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory that an adapter over the attention of two LLaMA-7B blocks takes. The layers share one
 * array, as tied weights do: what counts here is what the adapter adds. Arrays of this size go back
 * to the system as soon as they are closed, so that its counters tell them.
 */
class AttachMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int HIDDEN = 4096;
  private static final long MATRIX = 4L * HIDDEN * HIDDEN;
  private static final List<String> MODULES = List.of("q_proj", "k_proj", "v_proj", "o_proj");

  @Test
  void attachingTakesLessThanOnePercentOfTheWeights() throws IOException {
    assumeTrue(Files.exists(STATUS), "memory counters of Linux expected but found none");
    List<Linear> linears = linears();
    try (Parameters parameters = parameters(linears)) {
      attach(linears, parameters).close(); // loads classes and native code
      long weights = linears.size() * MATRIX;
      long before = dataBytes();
      try (AdaptedModel model = attach(linears, parameters)) {
        assertThat(dataBytes() - before).as("attached").isLessThan(weights / 100);

        // The same counter, in use and afterwards.
        List<INDArray> first = values(linears, parameters, model);
        assertThat(first).hasSize(4).noneMatch(INDArray::wasClosed);
        long used = dataBytes();
        assertThat(used - before).as("in use").isGreaterThan(first.size() * MATRIX);
        model.release();
        assertThat(used - dataBytes()).as("released").isGreaterThan(first.size() * MATRIX);
        assertThat(first).allMatch(INDArray::wasClosed);
        assertThat(values(linears, parameters, model)).noneMatch(INDArray::wasClosed);
      }
    }
  }

  @Test
  void aReleasedDeltaHasClosedItsTables() {
    Entries entries = Entries.of(EntryRule.seeded(777), 64, 64, 50);
    DeltaOptions options = DeltaOptions.fourier().withForm(FormKind.BASIS_GEMM);
    try (Delta delta = Delta.of(entries, options, DataType.FLOAT);
        INDArray c = Nd4j.ones(DataType.FLOAT, 50);
        INDArray out = Nd4j.create(DataType.FLOAT, 64, 64)) {
      DeltaForm form = delta.dense();
      form.materialise(c, 1, out);
      delta.release();
      assertThatThrownBy(() -> form.materialise(c, 1, out))
          .isInstanceOf(IllegalStateException.class);
      delta.dense().materialise(c, 1, out);
      assertThat(out.getDouble(0)).isCloseTo(50, within(1e-4));
    }
  }

  /** Private writable memory: heap, stacks and whatever native code has asked for. */
  private static long dataBytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmData:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  private static AdaptedModel attach(List<Linear> linears, Parameters parameters) {
    FourierOptions options =
        FourierOptions.of(TargetModules.of("q_proj", "v_proj")).withNFrequency(100);
    return FourierFt.attach(linears, parameters, options, List.of());
  }

  private static List<INDArray> values(
      List<Linear> linears, Parameters parameters, AdaptedModel model) {
    return linears.stream()
        .filter(linear -> model.modules().contains(linear.module()))
        .map(linear -> parameters.linear(linear).value())
        .toList();
  }

  private static List<Linear> linears() {
    List<Linear> linears = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      for (String module : MODULES) {
        String path = "layers." + layer + ".self_attn." + module;
        linears.add(new Linear(path, HIDDEN, HIDDEN, false, Linear.Layout.OUT_IN));
      }
    }
    return linears;
  }

  private static Parameters parameters(List<Linear> linears) {
    INDArray shared = Nd4j.ones(DataType.FLOAT, HIDDEN, HIDDEN);
    Map<String, INDArray> values = new LinkedHashMap<>();
    linears.forEach(linear -> values.put(linear.weight(), shared));
    return Parameters.of(values);
  }
}
