package io.fourierft.samples.quickstart;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.RepoId;
import io.fourierft.samples.data.TextData;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the quick start works with.
 *
 * @param data the task
 * @param name of the adapter in the hub
 * @param hub where it is published
 * @param fetch how it is fetched again
 * @param sentences what the fetched adapter classifies, at least one
 * @param output directory of the adapter file and the report
 * @param seed of the head's first values and of the batches
 * @param epochs passes over the training examples
 * @param resume whether an interrupted run is to be continued
 */
public record QuickStartOptions(
    TextData data,
    RepoId name,
    HubUri hub,
    FetchOptions fetch,
    List<String> sentences,
    Path output,
    long seed,
    int epochs,
    boolean resume) {

  /** Checks that nothing is missing. */
  public QuickStartOptions {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(hub, "hub");
    Objects.requireNonNull(fetch, "fetch");
    Objects.requireNonNull(output, "output");
    sentences = List.copyOf(sentences);
    if (sentences.isEmpty()) {
      throw new IllegalArgumentException("sentences expected at least one but found none");
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs expected 1 or more but found " + epochs);
    }
  }

  /** What must be the same for an interrupted run to go on. */
  Map<String, String> identity() {
    Map<String, String> identity = new TreeMap<>();
    identity.put("seed", Long.toString(seed));
    identity.put("epochs", Integer.toString(epochs));
    identity.put("training data", data.trainDigest());
    return identity;
  }
}
