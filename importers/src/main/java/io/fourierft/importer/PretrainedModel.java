package io.fourierft.importer;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Parameters;
import java.util.List;

/**
 * A model with its weights, ready to be run, adapted and trained.
 *
 * @param config sizes and options
 * @param head what it answers with
 * @param network its forward pass
 * @param parameters its weights under Hugging Face names; closed with the model
 * @param linears its linear layers in the order they run: what adapters target
 * @param fresh names of the parameters that the file lacked and that were initialised
 * @param identity of the model below the head; closed with the model
 */
public record PretrainedModel(
    ModelConfig config,
    Head head,
    Network network,
    Parameters parameters,
    List<Linear> linears,
    List<String> fresh,
    BaseIdentity identity)
    implements AutoCloseable {

  public PretrainedModel {
    linears = List.copyOf(linears);
    fresh = List.copyOf(fresh);
  }

  /**
   * Tells the model below the head from others. The first call reads all its numbers.
   *
   * @return the fingerprint of the weights as they were loaded, whatever became of them
   * @throws java.io.UncheckedIOException if the files cannot be read any more
   */
  public Fingerprint fingerprint() {
    return identity.fingerprint();
  }

  @Override
  public void close() {
    parameters.close();
    identity.close();
  }
}
