package io.fourierft.vision;

import io.fourierft.engine.Inputs;

/**
 * A batch of prepared images.
 *
 * @param batch number of images
 * @param channels channels of each
 * @param height rows
 * @param width columns
 * @param values {@code [batch, channels, height, width]} in row-major order; neither copied nor
 *     changed
 */
public record Pixels(int batch, int channels, int height, int width, float[] values) {

  /**
   * The batch as models take it.
   *
   * @return the inputs
   */
  public Inputs inputs() {
    return Inputs.images(values, batch, channels, height, width);
  }
}
