package io.fourierft.vision;

import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;

/** How pictures are resized, in transformers' rules and rounding. */
public sealed interface Resize {
  /** Longest side that a picture may get. */
  int MAX_SIDE = 1 << 14;

  /**
   * Resizes a picture.
   *
   * @param picture the picture
   * @return it or another one
   */
  Picture apply(Picture picture);

  /** Not at all. */
  record None() implements Resize {
    @Override
    public Picture apply(Picture picture) {
      return picture;
    }
  }

  /**
   * To one size, whatever the shape.
   *
   * @param height rows
   * @param width columns
   * @param filter how
   */
  record Exactly(int height, int width, Resampling filter) implements Resize {
    @Override
    public Picture apply(Picture picture) {
      return picture.resized(height, width, filter);
    }
  }

  /**
   * Until the shorter side has a length; the shape is kept.
   *
   * @param length pixels
   * @param filter how
   */
  record ShortestEdge(int length, Resampling filter) implements Resize {
    @Override
    public Picture apply(Picture picture) {
      int height = picture.height();
      int width = picture.width();
      double longer = (double) ((long) length * Math.max(height, width)) / Math.min(height, width);
      return width <= height
          ? bounded(picture, longer, length, filter)
          : bounded(picture, length, longer, filter);
    }
  }

  /**
   * Until the shorter side has a length, or less if the longer one would be too long; the shape is
   * kept.
   *
   * @param shortest pixels of the shorter side
   * @param longest most pixels of the longer side
   * @param filter how
   */
  record Edges(int shortest, int longest, Resampling filter) implements Resize {
    @Override
    public Picture apply(Picture picture) {
      int height = picture.height();
      int width = picture.width();
      double least = Math.min(height, width);
      double most = Math.max(height, width);
      boolean tooLong = most / least * shortest > longest;
      double exact = tooLong ? longest * least / most : shortest;
      double side = Math.rint(exact);
      double other = exact * most / least;
      if (least == side) {
        return picture;
      }
      return width < height
          ? bounded(picture, other, side, filter)
          : bounded(picture, side, other, filter);
    }
  }

  /**
   * As large as fits into a size; the shape is kept.
   *
   * @param height most rows
   * @param width most columns
   * @param filter how
   */
  record Within(int height, int width, Resampling filter) implements Resize {
    @Override
    public Picture apply(Picture picture) {
      double scale = Math.min((double) height / picture.height(), (double) width / picture.width());
      return bounded(picture, picture.height() * scale, picture.width() * scale, filter);
    }
  }

  private static Picture bounded(Picture picture, double height, double width, Resampling filter) {
    if (Math.min(height, width) < 1 || Math.max(height, width) >= MAX_SIDE + 1) {
      throw new IllegalArgumentException(
          String.format(
              "picture expected sides of 1 to %d after resizing but found %d x %d: it is too long"
                  + " for its width",
              MAX_SIDE, (long) height, (long) width));
    }
    return picture.resized((int) height, (int) width, filter);
  }

  /**
   * Reads a preprocessor's {@code size}, {@code resample} and {@code do_resize}.
   *
   * @param file the configuration
   * @return what it asks for; 224 x 224 and the bilinear filter where it says nothing
   * @throws ModelFormatException if it asks for what is not supported
   */
  static Resize of(ConfigFile file) throws ModelFormatException {
    if (!file.flag("do_resize", true)) {
      return new None();
    }
    int number = file.integer("resample", Resampling.BILINEAR.ordinal());
    Resampling filter = Resampling.numbered(number).orElse(null);
    if (filter == null) {
      throw new ModelFormatException(
          "resample expected 0 to 5, a filter of Pillow but found "
              + number
              + " ("
              + file.origin()
              + ")");
    }
    ConfigFile size = sized("size", file, file.flag("default_to_square", true));
    if (size.has("shortest_edge")) {
      return size.has("longest_edge")
          ? new Edges(side("shortest_edge", size), side("longest_edge", size), filter)
          : new ShortestEdge(side("shortest_edge", size), filter);
    }
    return size.has("max_height")
        ? new Within(side("max_height", size), side("max_width", size), filter)
        : new Exactly(side("height", size), side("width", size), filter);
  }

  /**
   * A size as an object. A pair stands for height and width, a number for both or for the shorter
   * side.
   */
  static ConfigFile sized(String key, ConfigFile file, boolean square) throws ModelFormatException {
    if (file.isObject(key)) {
      return file.section(key);
    }
    int[] pair = file.pair(key, 224);
    String json =
        square || file.isList(key)
            ? String.format("{\"height\": %d, \"width\": %d}", pair[0], pair[1])
            : String.format("{\"shortest_edge\": %d}", pair[0]);
    return ConfigFile.parse(json, key + ", " + file.origin());
  }

  /** A side of such an object. */
  static int side(String key, ConfigFile size) throws ModelFormatException {
    int side = size.size(key);
    if (side > MAX_SIDE) {
      throw new ModelFormatException(
          key
              + " expected at most "
              + MAX_SIDE
              + " but found "
              + side
              + " ("
              + size.origin()
              + ")");
    }
    return side;
  }
}
