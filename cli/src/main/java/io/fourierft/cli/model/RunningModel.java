package io.fourierft.cli.model;

import io.fourierft.adapter.BaseCheck;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Network;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.vit.VitConfig;
import io.fourierft.importer.vit.VitImporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

  /**
   * Parameters that neither the model's files nor the adapter had, so that they are random numbers.
   *
   * @return their names, none for a whole model
   */
  public List<String> random() {
    return base.fresh().stream()
        .filter(name -> overlay.isEmpty() || !overlay.get().replaced().contains(name))
        .toList();
  }

  /**
   * The forward pass for a batch. Images of another size than the model's get an interpolated
   * position table, which becomes one more parameter of the model.
   *
   * @param inputs the batch
   * @return the network
   */
  public Network network(Inputs inputs) {
    return base.config() instanceof VitConfig
        ? VitImporter.resize(base, inputs.imageHeight(), inputs.imageWidth())
        : base.network();
  }

  @Override
  public void close() {
    overlay.ifPresent(AdapterOverlay::close);
    base.close();
  }
}
