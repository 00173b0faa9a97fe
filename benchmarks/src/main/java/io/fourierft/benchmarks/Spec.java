package io.fourierft.benchmarks;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.file.Path;
import java.util.List;

/**
 * What one side of a comparison is to do; both sides read the same file.
 *
 * @param task {@code step}, {@code forward}, {@code merge} or {@code generate}
 * @param variant {@code fourierft} or {@code frozen}
 * @param model folder of the base model
 * @param adapter PEFT folder of the adapter
 * @param inputIds token ids, {@code [batch, sequence]}
 * @param labels class of each row
 * @param targets adapted modules
 * @param checkpointing whether the step recomputes each block in its backward pass
 * @param newTokens tokens to generate after each row
 */
record Spec(
    String task,
    String variant,
    Path model,
    Path adapter,
    @JsonProperty("input_ids") int[][] inputIds,
    int[] labels,
    List<String> targets,
    boolean checkpointing,
    @JsonProperty("new_tokens") int newTokens) {}
