package io.fourierft.engine;

import java.util.Arrays;

/**
 * One batch of model inputs on the Java heap: token ids with their mask, or images.
 *
 * <p>Rows of a token batch are padded to one length; the mask is 1 for a token and 0 for padding.
 */
public final class Inputs {
  private final int batch;
  private final int sequence;
  private final int context;
  private final int[] tokenIds;
  private final int[] mask;
  private final int[] tokenTypes;
  private final float[] pixels;
  private final int[] pixelShape;

  private Inputs(
      int batch,
      int sequence,
      int context,
      int[] tokenIds,
      int[] mask,
      int[] tokenTypes,
      float[] pixels,
      int[] pixelShape) {
    this.batch = batch;
    this.sequence = sequence;
    this.context = context;
    this.tokenIds = tokenIds;
    this.mask = mask;
    this.tokenTypes = tokenTypes;
    this.pixels = pixels;
    this.pixelShape = pixelShape;
  }

  /**
   * A batch of token rows of one length.
   *
   * @param inputIds {@code [batch][sequence]} token ids
   * @param attentionMask {@code [batch][sequence]}, 1 for a token and 0 for padding
   * @return the batch, token types all zero
   */
  public static Inputs tokens(int[][] inputIds, int[][] attentionMask) {
    return tokens(inputIds, attentionMask, new int[inputIds.length][width(inputIds)]);
  }

  /**
   * A batch of token rows of one length with token types.
   *
   * @param inputIds {@code [batch][sequence]} token ids
   * @param attentionMask {@code [batch][sequence]}, 1 for a token and 0 for padding
   * @param tokenTypeIds {@code [batch][sequence]} token types
   * @return the batch
   */
  public static Inputs tokens(int[][] inputIds, int[][] attentionMask, int[][] tokenTypeIds) {
    int width = width(inputIds);
    int[] ids = flatten("input_ids", inputIds, inputIds.length, width);
    int[] mask = mask(attentionMask, inputIds.length, width);
    int[] types = flatten("token_type_ids", tokenTypeIds, inputIds.length, width);
    return new Inputs(
        inputIds.length, width, width, ids, mask, types, new float[0], new int[] {0, 0, 0});
  }

  /**
   * The next tokens of rows whose earlier tokens are in a {@link KeyValueCache}.
   *
   * @param inputIds {@code [batch][sequence]} the new token ids
   * @param attentionMask {@code [batch][context]}, {@code context >= sequence}: earlier tokens and
   *     new ones, 1 for a token and 0 for padding
   * @return the batch, token types all zero
   */
  public static Inputs continuing(int[][] inputIds, int[][] attentionMask) {
    int width = width(inputIds);
    int context = attentionMask.length == 0 ? 0 : attentionMask[0].length;
    if (context < width) {
      throw new IllegalArgumentException(
          "attention_mask expected at least " + width + " columns but found " + context);
    }
    int[] ids = flatten("input_ids", inputIds, inputIds.length, width);
    int[] mask = mask(attentionMask, inputIds.length, context);
    int[] types = new int[ids.length];
    return new Inputs(
        inputIds.length, width, context, ids, mask, types, new float[0], new int[] {0, 0, 0});
  }

  /**
   * A batch of images.
   *
   * @param pixels {@code [batch, channels, height, width]} in row-major order
   * @param batch number of images
   * @param channels number of channels
   * @param height rows of pixels
   * @param width columns of pixels
   * @return the batch
   */
  public static Inputs images(float[] pixels, int batch, int channels, int height, int width) {
    if (batch <= 0 || pixels.length != (long) batch * channels * height * width) {
      throw new IllegalArgumentException(
          "pixel_values expected "
              + batch
              + " x "
              + channels
              + " x "
              + height
              + " x "
              + width
              + " values but found "
              + pixels.length);
    }
    int[] none = new int[0];
    int[] shape = {channels, height, width};
    return new Inputs(batch, 0, 0, none, none, none, pixels.clone(), shape);
  }

  private static int[] mask(int[][] rows, int batch, int width) {
    int[] mask = flatten("attention_mask", rows, batch, width);
    for (int value : mask) {
      if (value != 0 && value != 1) {
        throw new IllegalArgumentException("attention_mask expected 0 or 1 but found " + value);
      }
    }
    return mask;
  }

  private static int width(int[][] rows) {
    if (rows.length == 0 || rows[0].length == 0) {
      throw new IllegalArgumentException("input_ids expected at least one token but found none");
    }
    return rows[0].length;
  }

  private static int[] flatten(String name, int[][] rows, int batch, int width) {
    if (rows.length != batch) {
      throw new IllegalArgumentException(
          name + " expected " + batch + " rows but found " + rows.length);
    }
    int[] flat = new int[Math.multiplyExact(batch, width)];
    for (int i = 0; i < batch; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            name
                + " expected rows of "
                + width
                + " but found "
                + rows[i].length
                + " (row "
                + i
                + ")");
      }
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }

  /**
   * Number of rows or images.
   *
   * @return the batch size
   */
  public int batch() {
    return batch;
  }

  /**
   * Length of the token rows.
   *
   * @return the padded length, 0 for images
   */
  public int sequence() {
    return sequence;
  }

  /**
   * Number of tokens that are not padding, earlier ones included.
   *
   * @return the count
   */
  public int realTokens() {
    return Arrays.stream(mask).sum();
  }

  /**
   * Length of the rows with the earlier tokens that a cache holds.
   *
   * @return the padded length, at least {@link #sequence}
   */
  public int context() {
    return context;
  }

  /**
   * Rows of pixels of each image.
   *
   * @return the height, 0 for tokens
   */
  public int imageHeight() {
    return pixelShape[1];
  }

  /**
   * Columns of pixels of each image.
   *
   * @return the width, 0 for tokens
   */
  public int imageWidth() {
    return pixelShape[2];
  }

  /** Position of each token, {@code [batch * sequence]}. */
  int[] positions(Positions rule) {
    int past = context - sequence;
    int[] result = new int[batch * sequence];
    for (int b = 0; b < batch; b++) {
      int count = 0;
      for (int i = 0; i < context; i++) {
        count += mask[b * context + i];
        if (i >= past) {
          result[b * sequence + i - past] = position(rule, i, Math.max(count - 1, 0));
        }
      }
    }
    if (rule instanceof Positions.AfterPadding after) {
      afterPadding(after.padding(), result);
    }
    return result;
  }

  private static int position(Positions rule, int index, int real) {
    return rule instanceof Positions.Sequential sequential ? sequential.offset() + index : real;
  }

  private void afterPadding(int padding, int[] result) {
    for (int i = 0, count = 0; i < result.length; i++) {
      count = i % sequence == 0 ? 0 : count;
      result[i] = tokenIds[i] == padding ? padding : padding + ++count;
    }
  }

  /** Token ids, {@code [batch * sequence]}; shared, not to be changed. */
  int[] tokenIds() {
    return tokenIds;
  }

  /** Attention mask, {@code [batch * context]}; shared, not to be changed. */
  int[] mask() {
    return mask;
  }

  /** Token types, {@code [batch * sequence]}; shared, not to be changed. */
  int[] tokenTypes() {
    return tokenTypes;
  }

  /** Pixels, {@code [batch, channels, height, width]}; shared, not to be changed. */
  float[] pixels() {
    return pixels;
  }

  /** Channels, height, width. */
  int[] pixelShape() {
    return pixelShape.clone();
  }
}
