package io.fourierft.vision;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * Where the first image of a GIF lies on the screen that the file describes. What it leaves over
 * has the transparent colour, or the first one, as in Pillow.
 *
 * @param width columns of the screen
 * @param height rows of the screen
 * @param left column of the image's first pixel
 * @param top row of the image's first pixel
 * @param background index of the colour of what is left over
 */
record GifCanvas(int width, int height, int left, int top, int background) {

  /** Reads the place from a reader's metadata. */
  static GifCanvas of(ImageReader reader) throws IOException {
    IIOMetadata screen = reader.getStreamMetadata();
    IIOMetadata image = reader.getImageMetadata(0);
    int left = number(image, "ImageDescriptor", "imageLeftPosition");
    int top = number(image, "ImageDescriptor", "imageTopPosition");
    int wide = number(screen, "LogicalScreenDescriptor", "logicalScreenWidth");
    int high = number(screen, "LogicalScreenDescriptor", "logicalScreenHeight");
    boolean transparent =
        text(image, "GraphicControlExtension", "transparentColorFlag").equalsIgnoreCase("true");
    return new GifCanvas(
        Math.max(wide, left + reader.getWidth(0)),
        Math.max(high, top + reader.getHeight(0)),
        left,
        top,
        transparent ? number(image, "GraphicControlExtension", "transparentColorIndex") : 0);
  }

  private static int number(IIOMetadata metadata, String element, String attribute)
      throws IOException {
    String text = text(metadata, element, attribute);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException(attribute + " expected a number but found " + text, e);
    }
  }

  private static String text(IIOMetadata metadata, String element, String attribute) {
    Node root = metadata.getAsTree(metadata.getNativeMetadataFormatName());
    NodeList found = ((Element) root).getElementsByTagName(element);
    return found.getLength() == 0 ? "" : ((Element) found.item(0)).getAttribute(attribute);
  }

  /** The screen with the image on it. */
  Picture picture(BufferedImage image) throws IOException {
    Picture inner = Samples.picture(image);
    if (inner.width() == width && inner.height() == height || inner.channels() != 3) {
      return inner;
    }
    byte[] bytes = new byte[Picture.length(height, width, 3)];
    if (image.getColorModel() instanceof IndexColorModel palette
        && background < palette.getMapSize()) {
      int colour = palette.getRGB(background);
      for (int i = 0; i < bytes.length; i += 3) {
        bytes[i] = (byte) (colour >> 16);
        bytes[i + 1] = (byte) (colour >> 8);
        bytes[i + 2] = (byte) colour;
      }
    }
    for (int y = 0; y < inner.height(); y++) {
      int from = y * inner.width() * 3;
      int to = ((y + top) * width + left) * 3;
      System.arraycopy(inner.bytes(), from, bytes, to, inner.width() * 3);
    }
    return new Picture(height, width, 3, bytes);
  }
}
