package io.fourierft.vision;

import io.fourierft.engine.Inputs;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFiles;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/**
 * Makes a vision model's input of pictures, as transformers' {@code ViTImageProcessor} does with
 * Pillow: resize, crop, multiply, and {@code (x - mean) / deviation} per channel.
 *
 * @param channels channels that the model takes; pictures are converted
 * @param resize how pictures are resized
 * @param crop rows and columns of the middle that is cut out; none to keep all
 * @param factor what pixels 0 to 255 are multiplied by, 1 to keep them
 * @param mean what is subtracted from each channel
 * @param deviation what each channel is divided by
 */
public record ImagePreprocessor(
    int channels,
    Resize resize,
    List<Integer> crop,
    double factor,
    List<Double> mean,
    List<Double> deviation) {
  private static final String FILE = "preprocessor_config.json";

  /** Copies the lists and checks that they fit the channels. */
  public ImagePreprocessor {
    crop = List.copyOf(crop);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != channels || deviation.size() != channels || crop.size() % 2 != 0) {
      throw new IllegalArgumentException(
          String.format(
              "preprocessor of %d channels expected a mean and a deviation for each but found %s"
                  + " and %s",
              channels, mean, deviation));
    }
  }

  /**
   * Reads a model folder's preprocessor_config.json.
   *
   * @param folder the folder
   * @param channels channels that the model takes, 1 or 3
   * @return the preprocessor
   * @throws IOException if there is none, or it asks for what is not supported
   */
  public static ImagePreprocessor read(Path folder, int channels) throws IOException {
    Path file = folder.resolve(FILE);
    ModelFiles.requireContent(file);
    return of(ConfigFile.read(file), channels);
  }

  /**
   * Reads a configuration; what it lacks is as in {@code ViTImageProcessor}.
   *
   * @param file the configuration
   * @param channels channels that the model takes, 1 or 3
   * @return the preprocessor
   * @throws ModelFormatException if it asks for what is not supported
   */
  public static ImagePreprocessor of(ConfigFile file, int channels) throws ModelFormatException {
    String type =
        file.text("image_processor_type", file.text("feature_extractor_type", "ViTImageProcessor"));
    if (!type.startsWith("ViT")) {
      throw unsupported("image_processor_type", "ViTImageProcessor", type, file);
    }
    if (file.flag("do_pad", false)) {
      throw unsupported("do_pad", "false", "true", file);
    }
    boolean normalize = file.flag("do_normalize", true);
    List<Integer> crop = List.of();
    if (file.flag("do_center_crop", false)) {
      ConfigFile size = Resize.sized("crop_size", file, true);
      crop = List.of(Resize.side("height", size), Resize.side("width", size));
    }
    return new ImagePreprocessor(
        channels,
        Resize.of(file),
        crop,
        file.flag("do_rescale", true) ? file.positive(1 / 255.0, "rescale_factor") : 1,
        normalize ? perChannel("image_mean", channels, file) : Collections.nCopies(channels, 0.0),
        normalize ? perChannel("image_std", channels, file) : Collections.nCopies(channels, 1.0));
  }

  private static List<Double> perChannel(String key, int channels, ConfigFile file)
      throws ModelFormatException {
    List<Double> values = file.numbers(key, 0.5);
    if (values.size() == 1 && channels > 1) {
      values = Collections.nCopies(channels, values.get(0));
    } else if (!file.has(key)) {
      values = Collections.nCopies(channels, 0.5);
    }
    boolean divisible = !key.equals("image_std") || values.stream().allMatch(value -> value != 0);
    if (values.size() != channels || !divisible) {
      throw unsupported(
          key, "a number other than 0 for each of " + channels + " channels", "" + values, file);
    }
    return values;
  }

  private static ModelFormatException unsupported(
      String key, String expected, String found, ConfigFile file) {
    return new ModelFormatException(
        key + " expected " + expected + " but found " + found + " (" + file.origin() + ")");
  }

  /**
   * Prepares a batch.
   *
   * @param pictures the pictures, of one size after resizing and cropping
   * @return the model's input, {@code [batch, channels, height, width]}
   */
  public Inputs prepare(List<Picture> pictures) {
    return pixels(pictures).inputs();
  }

  /**
   * Prepares a batch as plain numbers.
   *
   * @param pictures the pictures, of one size after resizing and cropping
   * @return the model's {@code pixel_values}
   */
  public Pixels pixels(List<Picture> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("batch expected at least one picture but found none");
    }
    List<Picture> sized = pictures.stream().map(this::sized).toList();
    int height = sized.get(0).height();
    int width = sized.get(0).width();
    int pixels = Math.multiplyExact(height, width);
    float[] values =
        new float[Math.multiplyExact(sized.size(), Math.multiplyExact(channels, pixels))];
    int to = 0;
    for (Picture picture : sized) {
      if (picture.height() != height || picture.width() != width) {
        throw new IllegalArgumentException(
            String.format(
                "pictures of a batch expected %d x %d as the first but found %d x %d",
                height, width, picture.height(), picture.width()));
      }
      for (int c = 0; c < channels; c++) {
        float centre = mean.get(c).floatValue();
        float spread = deviation.get(c).floatValue();
        for (int i = 0; i < pixels; i++) {
          float scaled = (float) (Byte.toUnsignedInt(picture.bytes()[i * channels + c]) * factor);
          values[to++] = (scaled - centre) / spread;
        }
      }
    }
    return new Pixels(sized.size(), channels, height, width, values);
  }

  /** Resizes and crops one picture. */
  private Picture sized(Picture picture) {
    Picture converted = resize.apply(picture.withChannels(channels));
    return crop.isEmpty() ? converted : converted.centerCropped(crop.get(0), crop.get(1));
  }
}
