package io.fourierft.hub.huggingface;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.RepoId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A pretrained model on this machine, named by its directory or by its id on a hub that speaks the
 * Hugging Face protocol. What is fetched lies in the cache that Python shares.
 */
public final class ModelDirectory {
  private ModelDirectory() {}

  /**
   * Finds a model, fetching it where the environment ({@code HF_ENDPOINT}, {@code HF_HUB_OFFLINE}
   * and the like) says.
   *
   * @param model a directory, or {@code [NAMESPACE/]NAME[@REVISION]}
   * @return a directory with its configuration, its tokenizer and one form of its weights
   * @throws IllegalArgumentException if the text is neither
   * @throws IOException if the model cannot be fetched
   */
  public static Path find(String model) throws IOException {
    return find(model, HuggingFaceSettings.fromEnvironment(), FetchOptions.defaults());
  }

  /**
   * Finds a model, fetching it if it is not a directory.
   *
   * @param model a directory, or {@code [NAMESPACE/]NAME[@REVISION]}
   * @param settings where to fetch it from
   * @param options how much to take, and where to if a cache was chosen
   * @return a directory with its configuration, its tokenizer and one form of its weights
   * @throws IllegalArgumentException if the text is neither
   * @throws IOException if the model cannot be fetched
   */
  public static Path find(String model, HuggingFaceSettings settings, FetchOptions options)
      throws IOException {
    Optional<Path> local = directory(model);
    if (local.isPresent()) {
      return local.get();
    }
    int at = model.indexOf('@');
    RepoId id = id(at < 0 ? model : model.substring(0, at), model);
    String revision = at < 0 ? Hub.MAIN : model.substring(at + 1);
    try (HuggingFaceHub hub = HuggingFaceHub.open(settings)) {
      return hub.fetchModel(id, revision, options);
    } catch (HubException.NotFound e) {
      HubException told =
          new HubException.NotFound("model", "a directory or a known id", e.getMessage(), model);
      told.initCause(e);
      throw told;
    }
  }

  private static Optional<Path> directory(String model) {
    try {
      return model.isEmpty()
          ? Optional.empty()
          : Optional.of(Path.of(model)).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      // Not a path on this system; it may still be an id.
      return Optional.empty();
    }
  }

  private static RepoId id(String text, String model) {
    try {
      return RepoId.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "model expected a directory or [NAMESPACE/]NAME[@REVISION] but found \""
              + model.replaceAll("\\p{C}", "?")
              + "\"",
          e);
    }
  }
}
