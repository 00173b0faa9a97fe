package io.fourierft.engine;

/**
 * Shape of a multi-head attention.
 *
 * @param heads query heads
 * @param keyValueHeads key and value heads; each serves {@code heads / keyValueHeads} query heads
 * @param headSize width of one head
 * @param scale factor on {@code q k^T}, usually {@code 1 / sqrt(headSize)}
 * @param causal whether a token sees only itself and earlier tokens
 */
public record Attention(int heads, int keyValueHeads, int headSize, double scale, boolean causal) {

  public Attention {
    if (heads <= 0 || keyValueHeads <= 0 || headSize <= 0 || heads % keyValueHeads != 0) {
      throw new IllegalArgumentException(
          "attention expected heads to be a positive multiple of key-value heads but found "
              + heads
              + " heads and "
              + keyValueHeads
              + " key-value heads of size "
              + headSize);
    }
    if (!Double.isFinite(scale)) {
      throw new IllegalArgumentException(
          "attention scale expected a finite number but found " + scale);
    }
  }

  /**
   * Bidirectional attention with one key-value head per query head and the usual scale.
   *
   * @param heads number of heads
   * @param headSize width of one head
   * @return the specification
   */
  public static Attention bidirectional(int heads, int headSize) {
    return new Attention(heads, heads, headSize, 1 / Math.sqrt(headSize), false);
  }
}
