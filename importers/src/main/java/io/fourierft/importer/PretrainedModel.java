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
 * @param fingerprint identity of the encoder below the head
 */
public record PretrainedModel(
    ModelConfig config,
    Head head,
    Network network,
    Parameters parameters,
    List<Linear> linears,
    List<String> fresh,
    Fingerprint fingerprint)
    implements AutoCloseable {

  public PretrainedModel {
    linears = List.copyOf(linears);
    fresh = List.copyOf(fresh);
  }

  @Override
  public void close() {
    parameters.close();
  }
}
