package io.fourierft.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;

/**
 * What one side of a comparison is to do; both sides read the same file.
 *
 * @param task {@code step}, {@code forward}, {@code merge}, {@code generate}, {@code delta}, {@code
 *     size} or {@code worth}
 * @param variant {@code fourierft} or {@code frozen}; of a delta {@code delta}, {@code gradient} or
 *     {@code use}
 * @param model folder of the base model
 * @param adapter PEFT folder of the adapter
 * @param inputIds token ids, {@code [batch, sequence]}
 * @param labels class of each row
 * @param below parameters that learn beside adapter and head, or null for none
 * @param checkpointing whether the step recomputes each block in its backward pass
 * @param newTokens tokens to generate after each row
 * @param size width of the square layer of a delta
 * @param n its coefficients
 * @param tokens tokens of its use
 * @param modules modules of an adapter to measure, or null for none
 */
record Spec(
    String task,
    String variant,
    Path model,
    Path adapter,
    @JsonProperty("input_ids") int[][] inputIds,
    int[] labels,
    List<String> below,
    boolean checkpointing,
    @JsonProperty("new_tokens") int newTokens,
    int size,
    int n,
    int tokens,
    List<String> modules) {

  Spec {
    below = below == null ? List.of() : List.copyOf(below);
    modules = modules == null ? List.of() : List.copyOf(modules);
  }
}
