package io.fourierft.importer;

import io.fourierft.engine.SameDiffModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model as SameDiff's own graph and file, for use without this project: variables have their
 * Hugging Face names, placeholders those of {@link SameDiffModel}.
 */
public final class GraphFiles {
  /** What SameDiff's format, one FlatBuffer, can hold. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private GraphFiles() {}

  /**
   * The model's graph. It shares the model's memory: the model stays open while it is used.
   *
   * @param model the model
   * @return its graph; the output is {@link SameDiffModel#OUTPUT}
   */
  public static SameDiff graph(PretrainedModel model) {
    return SameDiffModel.graph(model.network(), model.parameters());
  }

  /**
   * Saves a graph with its weights, so that {@code SameDiff.load(file, false)} reads it.
   *
   * @param graph the graph
   * @param file the file; an existing one is replaced once the new one is complete
   * @throws IOException if it cannot be written, or the weights are more than SameDiff's format
   *     holds
   */
  public static void save(SameDiff graph, Path file) throws IOException {
    save(graph, file, MOST_BYTES);
  }

  static void save(SameDiff graph, Path file, long mostBytes) throws IOException {
    long bytes = 0;
    for (SDVariable variable : graph.variables()) {
      INDArray value = variable.isPlaceHolder() ? null : graph.getArrForVarName(variable.name());
      bytes += value == null ? 0 : value.length() * value.dataType().width();
    }
    if (bytes > mostBytes) {
      throw new IOException(
          String.format(
              "graph expected at most %d bytes of weights, all that SameDiff's file format holds,"
                  + " but found %d: keep the checkpoint and make the graph of it after loading (%s)",
              mostBytes, bytes, file));
    }
    Path absolute = file.toAbsolutePath();
    Path temporary = Files.createTempFile(absolute.getParent(), ".graph", ".tmp");
    try {
      graph.save(temporary.toFile(), false);
      Files.move(temporary, absolute, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
