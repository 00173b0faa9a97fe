package io.fourierft.importer;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.importer.weights.WeightReport;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The fingerprint of a model as it was loaded. It takes all numbers to work out, so it is worked
 * out when it is first asked for, from the files, which are kept open for that: what happens to the
 * loaded arrays meanwhile, such as a merge or training, does not show. Safe for use by several
 * threads.
 */
public final class BaseIdentity implements AutoCloseable {
  private final ModelConfig config;
  private final Map<String, List<String>> names;
  private Optional<WeightSource> files;
  private Optional<Fingerprint> fingerprint;

  private BaseIdentity(
      ModelConfig config,
      Map<String, List<String>> names,
      Optional<WeightSource> files,
      Optional<Fingerprint> fingerprint) {
    this.config = config;
    this.names = names;
    this.files = files;
    this.fingerprint = fingerprint;
  }

  /**
   * The identity of a model that has just been loaded.
   *
   * @param config its configuration
   * @param tensors its tensors: those below the head count
   * @param report where they are in the source
   * @param source the weights; kept open if that is possible, and read at once if it is not
   * @param values the weights as loaded
   * @return the identity; the caller closes it
   */
  static BaseIdentity of(
      ModelConfig config,
      ModelTensors tensors,
      WeightReport report,
      WeightSource source,
      Map<String, INDArray> values) {
    Optional<WeightSource> files = source.retain();
    if (files.isPresent()) {
      Map<String, List<String>> names = new LinkedHashMap<>();
      for (ExpectedTensor tensor : tensors.base()) {
        names
            .computeIfAbsent(report.found().get(tensor.name()), key -> new ArrayList<>())
            .add(tensors.bare(tensor.name()));
      }
      return new BaseIdentity(config, names, files, Optional.empty());
    }
    Map<String, INDArray> base = new LinkedHashMap<>();
    tensors
        .base()
        .forEach(tensor -> base.put(tensors.bare(tensor.name()), values.get(tensor.name())));
    return new BaseIdentity(
        config, Map.of(), Optional.empty(), Optional.of(Fingerprints.of(config, base)));
  }

  /**
   * The fingerprint; the first call reads the files.
   *
   * @return the fingerprint of the weights as they were loaded
   * @throws UncheckedIOException if the files cannot be read any more
   * @throws IllegalStateException if it was not asked for before the model was closed
   */
  public synchronized Fingerprint fingerprint() {
    if (fingerprint.isPresent()) {
      return fingerprint.get();
    }
    WeightSource source =
        files.orElseThrow(
            () ->
                new IllegalStateException(
                    "fingerprint expected an open model but found a closed one"));
    try {
      Fingerprint found = Fingerprints.of(config, names, source);
      fingerprint = Optional.of(found);
      close();
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    Optional<WeightSource> open = files;
    files = Optional.empty();
    if (open.isPresent()) {
      try {
        open.get().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
