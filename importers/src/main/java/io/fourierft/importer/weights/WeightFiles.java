package io.fourierft.importer.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Opens pretrained weights in any of the formats, by the names that transformers gives them. */
public final class WeightFiles {
  private static final String INDEX = ".index.json";
  private static final List<String> NAMES =
      List.of(
          "model.safetensors",
          "model.safetensors" + INDEX,
          "pytorch_model.bin",
          "pytorch_model.bin" + INDEX,
          "model.onnx");

  /** Weights that are there instead, by their names' ends, and the way out. */
  private static final Map<String, String> OTHERS =
      Map.of(
          ".gguf", "llama.cpp's format: fetch the model's own release",
          ".h5", "TensorFlow weights: in Python, from_pretrained(..., from_tf=True) and save them",
          ".msgpack", "Flax weights: in Python, from_pretrained(..., from_flax=True) and save them",
          ".pth", "Meta's own layout: fetch the Hugging Face release of the model");

  private WeightFiles() {}

  /**
   * Opens a checkpoint.
   *
   * @param path a file ({@code *.safetensors}, {@code *.bin}, {@code *.pt}, {@code *.onnx}), an
   *     index of shards ({@code *.index.json}), or a folder that holds one of them under
   *     transformers' name; safetensors go first
   * @return its tensors; the caller closes them
   * @throws IOException if a file is absent, damaged or none of these
   */
  public static WeightSource open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? inFolder(path) : path;
    String name = file.getFileName().toString();
    boolean index = name.endsWith(INDEX);
    String format = index ? name.substring(0, name.length() - INDEX.length()) : name;
    if (format.endsWith(".onnx")) {
      ModelFiles.requireContent(file);
      return OnnxWeights.open(file);
    }
    CheckpointWeights.Opener opener =
        format.endsWith(".bin") || format.endsWith(".pt") || format.endsWith(".pth")
            ? TorchTensors::open
            : SafetensorsTensors::open;
    return index ? CheckpointWeights.index(file, opener) : CheckpointWeights.file(file, opener);
  }

  private static Path inFolder(Path folder) throws IOException {
    for (String name : NAMES) {
      if (Files.exists(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new ModelFormatException(
        "model folder expected one of "
            + String.join(", ", NAMES)
            + " but found "
            + others(folder)
            + " ("
            + folder
            + ")");
  }

  private static String others(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .sorted()
          .flatMap(
              name ->
                  OTHERS.entrySet().stream()
                      .filter(other -> name.endsWith(other.getKey()))
                      .map(other -> name + ", " + other.getValue()))
          .findFirst()
          .orElse("none");
    }
  }
}
