package io.fourierft.engine;

/**
 * The primitive operations of every model, over a tensor handle {@code T}.
 *
 * <p>Hidden states are matrices with one row per token, {@code [tokens, width]}, {@code tokens =
 * batch * sequence} in batch-major order: each linear layer is then one GEMM. Parameters are named
 * by their Hugging Face path, a module by the path without {@code .weight}.
 *
 * @param <T> a tensor as the implementation sees it
 */
public interface Ops<T> {

  /**
   * Looks the batch's token ids up in an embedding table.
   *
   * @param module path of the table; {@code module.weight} is {@code [vocabulary, width]}
   * @return {@code [tokens, width]}
   */
  T tokenEmbedding(String module);

  /**
   * Looks the batch's token type ids up; absent ids count as zero.
   *
   * @param module path of the table; {@code module.weight} is {@code [types, width]}
   * @return {@code [tokens, width]}
   */
  T tokenTypeEmbedding(String module);

  /**
   * Looks learned position embeddings up.
   *
   * @param module path of the table; {@code module.weight} is {@code [positions, width]}
   * @param positions how a token's position is counted
   * @return {@code [tokens, width]}
   */
  T positionEmbedding(String module, Positions positions);

  /**
   * Affine map of each row, {@code y = x W^T + b}.
   *
   * @param x {@code [rows, in]}
   * @param linear the module's path and shape
   * @return {@code [rows, out]}
   */
  T linear(T x, Linear linear);

  /**
   * Layer normalisation over the last axis, {@code (x - mean) / sqrt(var + eps) * weight + bias}.
   *
   * @param x {@code [rows, width]}
   * @param module path; {@code module.weight} and {@code module.bias} are {@code [width]}
   * @param eps added to the variance
   * @return {@code [rows, width]}
   */
  T layerNorm(T x, String module, double eps);

  /**
   * Element-wise sum.
   *
   * @param a {@code [rows, width]}
   * @param b {@code [rows, width]}
   * @return {@code [rows, width]}
   */
  T add(T a, T b);

  /**
   * Element-wise non-linearity.
   *
   * @param x {@code [rows, width]}
   * @param activation which one
   * @return {@code [rows, width]}
   */
  T activation(T x, Activation activation);

  /**
   * Scaled dot-product attention, {@code softmax(scale * q k^T + mask) v} for each head. Padding
   * tokens of the batch's attention mask are never attended to.
   *
   * @param query {@code [tokens, heads * headSize]}
   * @param key {@code [tokens, keyValueHeads * headSize]}
   * @param value {@code [tokens, keyValueHeads * headSize]}
   * @param attention heads, scale, causality
   * @return {@code [tokens, heads * headSize]}
   */
  T attention(T query, T key, T value, Attention attention);

  /**
   * Reduces each sequence to one row.
   *
   * @param x {@code [tokens, width]}
   * @param pooling which row, or the mean over the tokens that are not padding
   * @return {@code [batch, width]}
   */
  T pool(T x, Pooling pooling);
}
