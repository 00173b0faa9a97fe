package io.fourierft.cli.model;

import io.fourierft.adapter.BaseCheck;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** A loaded model with an adapter over it, if one is wanted. */
public final class RunningModel implements AutoCloseable {
  private final PretrainedModel base;
  private final Optional<AdapterOverlay> overlay;

  private RunningModel(PretrainedModel base, Optional<AdapterOverlay> overlay) {
    this.base = base;
    this.overlay = overlay;
  }

  /**
   * An adapter to use.
   *
   * @param path an adapter file or a PEFT directory
   * @param merge whether weight changes are added to the weights once
   * @param weights what to do about a base of other weights
   */
  public record Choice(Path path, boolean merge, BaseCheck.Weights weights) {}

  /**
   * Loads a model with the head that its config.json names.
   *
   * @param directory the model
   * @param adapter the adapter, none for the model as it is
   * @return the model; the caller closes it
   * @throws IOException if a file cannot be read or does not fit
   */
  public static RunningModel load(Path directory, Optional<Choice> adapter) throws IOException {
    ConfigFile config = Importers.config(directory);
    return load(directory, Importers.head(config), adapter);
  }

  /**
   * Loads a model.
   *
   * @param directory the model
   * @param head what it answers with
   * @param adapter the adapter, none for the model as it is
   * @return the model; the caller closes it
   * @throws IOException if a file cannot be read or does not fit
   */
  public static RunningModel load(Path directory, Head head, Optional<Choice> adapter)
      throws IOException {
    PretrainedModel base = Importers.load(directory, head);
    try {
      Optional<AdapterOverlay> overlay = Optional.empty();
      if (adapter.isPresent()) {
        Choice choice = adapter.get();
        overlay =
            Optional.of(AdapterOverlay.put(choice.path(), base, choice.merge(), choice.weights()));
      }
      return new RunningModel(base, overlay);
    } catch (IOException | RuntimeException failure) {
      base.close();
      throw failure;
    }
  }

  /**
   * The model, adapted.
   *
   * @return the model; stays with this object
   */
  public PretrainedModel model() {
    return base;
  }

  @Override
  public void close() {
    overlay.ifPresent(AdapterOverlay::close);
    base.close();
  }
}
