package io.fourierft.engine;

/**
 * Square patches of an image, each projected to one row.
 *
 * @param module path of the projection; {@code module.weight} is {@code [width, channels, side,
 *     side]}, {@code module.bias} is {@code [width]}
 * @param channels channels of the images
 * @param height rows of pixels, a multiple of {@code side}
 * @param width columns of pixels, a multiple of {@code side}
 * @param side rows and columns of a patch
 */
public record Patches(String module, int channels, int height, int width, int side) {

  public Patches {
    if (channels <= 0 || side <= 0 || height <= 0 || width <= 0) {
      throw new IllegalArgumentException(
          "image expected positive sizes but found "
              + channels
              + " x "
              + height
              + " x "
              + width
              + " with patches of "
              + side);
    }
    if (height % side != 0 || width % side != 0) {
      throw new IllegalArgumentException(
          "image size expected a multiple of the patch size "
              + side
              + " but found "
              + height
              + " x "
              + width);
    }
  }

  /**
   * Number of patches of one image.
   *
   * @return rows times columns of patches
   */
  public int count() {
    return height / side * (width / side);
  }
}
