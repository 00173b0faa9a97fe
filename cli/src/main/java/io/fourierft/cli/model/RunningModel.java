package io.fourierft.cli.model;

import io.fourierft.adapter.BaseCheck;
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
   * Loads a model as it is.
   *
   * @param directory the model
   * @param head what it answers with
   * @return the model; the caller closes it
   * @throws IOException if a file cannot be read or does not fit
   */
  public static RunningModel load(Path directory, Head head) throws IOException {
    return new RunningModel(Importers.load(directory, head), Optional.empty());
  }

  /**
   * Loads a model and puts an adapter over it.
   *
   * @param directory the model
   * @param head what it answers with
   * @param choice the adapter
   * @return the model; the caller closes it
   * @throws IOException if a file cannot be read or does not fit
   */
  public static RunningModel load(Path directory, Head head, Choice choice) throws IOException {
    PretrainedModel base = Importers.load(directory, head);
    try {
      AdapterOverlay overlay =
          AdapterOverlay.put(choice.path(), base, choice.merge(), choice.weights());
      return new RunningModel(base, Optional.of(overlay));
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
