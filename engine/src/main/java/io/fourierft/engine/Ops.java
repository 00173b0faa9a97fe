package io.fourierft.engine;

import java.util.function.UnaryOperator;

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
   * Splits the batch's images into patches and projects each one (a strided convolution).
   *
   * @param patches the projection's path and the images' shape
   * @return {@code [batch * patches, width]}, patches in row-major order
   */
  T patchEmbedding(Patches patches);

  /**
   * Puts one learned row in front of each sequence (a class token).
   *
   * @param x {@code [batch * sequence, width]}
   * @param row name of the parameter, {@code width} values in any shape
   * @return {@code [batch * (sequence + 1), width]}
   */
  T prependToken(T x, String row);

  /**
   * Adds one learned table to each sequence (ViT's position embeddings).
   *
   * @param x {@code [batch * sequence, width]}
   * @param table name of the parameter, {@code sequence * width} values in row-major order
   * @return {@code [batch * sequence, width]}
   */
  T addTable(T x, String table);

  /**
   * Affine map of each row, {@code y = x W^T + b}.
   *
   * @param x {@code [rows, in]}
   * @param linear the module's path and shape
   * @return {@code [rows, out]}
   */
  T linear(T x, Linear linear);

  /**
   * Affine map of each row, added to a residual, {@code y = r + x W^T + b}.
   *
   * @param x {@code [rows, in]}
   * @param linear the module's path and shape
   * @param residual r, {@code [rows, out]}
   * @return {@code [rows, out]}
   */
  default T linear(T x, Linear linear, T residual) {
    return add(linear(x, linear), residual);
  }

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
   * Root-mean-square normalisation over the last axis, {@code x / sqrt(mean(x^2) + eps) * weight}.
   *
   * @param x {@code [rows, width]}
   * @param module path; {@code module.weight} is {@code [width]}
   * @param eps added to the mean square
   * @return {@code [rows, width]}
   */
  T rmsNorm(T x, String module, double eps);

  /**
   * Element-wise sum.
   *
   * @param a {@code [rows, width]}
   * @param b {@code [rows, width]}
   * @return {@code [rows, width]}
   */
  T add(T a, T b);

  /**
   * Element-wise product.
   *
   * @param a {@code [rows, width]}
   * @param b {@code [rows, width]}
   * @return {@code [rows, width]}
   */
  T multiply(T a, T b);

  /**
   * Element-wise non-linearity.
   *
   * @param x {@code [rows, width]}
   * @param activation which one
   * @return {@code [rows, width]}
   */
  T activation(T x, Activation activation);

  /**
   * Turns the halves of each head by the token's position (rotary position embedding).
   *
   * @param x {@code [tokens, heads * headSize]}
   * @param rotary frequencies and how positions are counted
   * @return {@code [tokens, heads * headSize]}
   */
  T rotary(T x, Rotary rotary);

  /**
   * A part of the network with one input and one output, such as a layer of a transformer. Where
   * memory is short, what it computes is not kept but computed again in the backward pass.
   *
   * @param x its input
   * @param body describes it; applied more than once
   * @return its output
   */
  default T block(T x, UnaryOperator<T> body) {
    return body.apply(x);
  }

  /**
   * Columns {@code from} (inclusive) to {@code to} (exclusive) of each row.
   *
   * @param x {@code [rows, width]}
   * @param from first column
   * @param to column after the last
   * @return {@code [rows, to - from]}
   */
  T columns(T x, int from, int to);

  /**
   * Scaled dot-product attention, {@code softmax(scale * q k^T + mask) v} for each head. Padding
   * tokens of the batch's attention mask are never attended to.
   *
   * @param query {@code [tokens, heads * headSize]}; or, where only the first token of each
   *     sequence is asked for and attention is not causal, {@code [batch, heads * headSize]}
   * @param key {@code [tokens, keyValueHeads * headSize]}
   * @param value {@code [tokens, keyValueHeads * headSize]}
   * @param attention heads, scale, causality
   * @return as many rows as the query
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
