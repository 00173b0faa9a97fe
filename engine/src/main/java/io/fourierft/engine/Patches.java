package io.fourierft.engine;

/**
 * Patches of an image, each projected to one row. Pixels below the last whole row of patches, and
 * to the right of the last whole column, are left out, as a convolution does.
 *
 * @param module path of the projection; {@code module.weight} is {@code [width, channels,
 *     patchHeight, patchWidth]}, {@code module.bias} is {@code [width]}
 * @param channels channels of the images
 * @param height rows of pixels, at least a patch's
 * @param width columns of pixels, at least a patch's
 * @param patchHeight rows of a patch
 * @param patchWidth columns of a patch
 */
public record Patches(
    String module, int channels, int height, int width, int patchHeight, int patchWidth) {

  public Patches {
    if (channels <= 0 || patchHeight <= 0 || patchWidth <= 0) {
      throw new IllegalArgumentException(
          "patches expected positive sizes but found " + sizes(channels, patchHeight, patchWidth));
    }
    if (height < patchHeight || width < patchWidth) {
      throw new IllegalArgumentException(
          "image size expected at least a patch of "
              + patchHeight
              + " x "
              + patchWidth
              + " but found "
              + height
              + " x "
              + width);
    }
  }

  /**
   * Square patches.
   *
   * @param module path of the projection
   * @param channels channels of the images
   * @param height rows of pixels
   * @param width columns of pixels
   * @param side rows and columns of a patch
   */
  public Patches(String module, int channels, int height, int width, int side) {
    this(module, channels, height, width, side, side);
  }

  private static String sizes(int channels, int height, int width) {
    return channels + " x " + height + " x " + width;
  }

  /**
   * Rows of patches.
   *
   * @return the number
   */
  public int down() {
    return height / patchHeight;
  }

  /**
   * Columns of patches.
   *
   * @return the number
   */
  public int across() {
    return width / patchWidth;
  }

  /**
   * Number of patches of one image.
   *
   * @return rows times columns of patches
   */
  public int count() {
    return down() * across();
  }

  /**
   * Numbers of one patch.
   *
   * @return channels times rows times columns
   */
  public int cells() {
    return channels * patchHeight * patchWidth;
  }
}
