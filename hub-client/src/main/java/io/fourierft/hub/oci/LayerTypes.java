package io.fourierft.hub.oci;

import io.fourierft.hub.HubFile;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The ModelPack media types of files, told by their names. */
final class LayerTypes {
  private static final String WEIGHT = "application/vnd.cncf.model.weight.v1.raw";
  private static final String SETTINGS = "application/vnd.cncf.model.weight.config.v1.raw";
  private static final String DOC = "application/vnd.cncf.model.doc.v1.raw";
  private static final String CODE = "application/vnd.cncf.model.code.v1.raw";
  private static final String DATASET = "application/vnd.cncf.model.dataset.v1.raw";
  static final List<String> RAW = List.of(WEIGHT, SETTINGS, DOC, CODE, DATASET);

  private static final Map<String, String> BY_SUFFIX =
      Map.ofEntries(
          Map.entry("fft", WEIGHT),
          Map.entry("safetensors", WEIGHT),
          Map.entry("bin", WEIGHT),
          Map.entry("onnx", WEIGHT),
          Map.entry("gguf", WEIGHT),
          Map.entry("pt", WEIGHT),
          Map.entry("json", SETTINGS),
          Map.entry("jsonl", SETTINGS),
          Map.entry("yaml", SETTINGS),
          Map.entry("yml", SETTINGS),
          Map.entry("model", SETTINGS),
          Map.entry("txt", SETTINGS),
          Map.entry("md", DOC),
          Map.entry("pdf", DOC),
          Map.entry("html", DOC),
          Map.entry("java", CODE),
          Map.entry("py", CODE),
          Map.entry("sh", CODE),
          Map.entry("csv", DATASET),
          Map.entry("tsv", DATASET));
  private static final List<String> DOCS = List.of("license", "license.txt", "notice", "readme");

  private LayerTypes() {}

  /**
   * What a file seems to be.
   *
   * @param mediaType its media type
   * @param certain false if the name tells nothing
   */
  record Guess(String mediaType, boolean certain) {}

  static Guess of(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (DOCS.contains(name)) {
      return new Guess(DOC, true);
    }
    String known = BY_SUFFIX.get(suffix(name));
    return known == null ? new Guess(SETTINGS, false) : new Guess(known, true);
  }

  private static String suffix(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** The format of the weights, if their names tell. */
  static Optional<String> format(List<HubFile> files) {
    for (HubFile file : files) {
      String suffix = suffix(file.path().toLowerCase(Locale.ROOT));
      if (suffix.equals("safetensors") || suffix.equals("onnx") || suffix.equals("gguf")) {
        return Optional.of(suffix);
      }
      if (suffix.equals("fft")) {
        return Optional.of("fourierft");
      }
    }
    return Optional.empty();
  }
}
