package io.fourierft.peft;

import java.util.Objects;

/**
 * The LoRA form of one weight change, {@code dW = B A}.
 *
 * @param module module path of the adapted layer
 * @param rank columns of B and rows of A
 * @param a A row by row, {@code [rank, in]}; not copied
 * @param b B row by row, {@code [out, rank]}; not copied
 */
public record LoraFactors(String module, int rank, float[] a, float[] b) {
  /**
   * Checks that the sizes are multiples of the rank.
   *
   * @param module module path of the adapted layer
   * @param rank columns of B and rows of A
   * @param a A row by row, {@code [rank, in]}; not copied
   * @param b B row by row, {@code [out, rank]}; not copied
   */
  public LoraFactors {
    Objects.requireNonNull(module, "module");
    if (rank < 1 || a.length % rank != 0 || b.length % rank != 0) {
      throw new IllegalArgumentException(
          String.format(
              "LoRA factors expected multiples of a rank >= 1 but found %d and %d numbers of rank"
                  + " %d (%s)",
              a.length, b.length, rank, module));
    }
  }
}
