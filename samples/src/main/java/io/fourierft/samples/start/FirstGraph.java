package io.fourierft.samples.start;

import io.fourierft.Adapted;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.graph.AdaptedGraph;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** The code of the README about SameDiff graphs: what it shows is what is compiled and tested. */
public final class FirstGraph {
  private FirstGraph() {}

  /**
   * Trains an adapter over a graph of one's own and writes it. The graph is afterwards what it was.
   *
   * @param graph a graph with placeholders {@code x} and {@code y}, a loss {@code loss} and a head
   *     {@code head.weight}, {@code head.bias}
   * @param data what to learn from
   * @param file where the adapter goes
   * @throws IOException if it cannot be written
   */
  public static void train(SameDiff graph, DataSetIterator data, Path file) throws IOException {
    // README begins
    FourierOptions options =
        FourierOptions.of(TargetModules.allLinear())
            .withNFrequency(100)
            .withModulesToSave("head"); // trained in full
    TrainingConfig training =
        TrainingConfig.builder()
            .updater(new Adam(0.05))
            .dataSetFeatureMapping("x")
            .dataSetLabelMapping("y")
            .minimize("loss")
            .build();

    try (AdaptedGraph adapted = FourierFt.attach(graph, options)) {
      graph.setTrainingConfig(training);
      graph.fit(data, 20);
      AdapterFiles.write(file, adapted.toAdapter(Adapted.DEFAULT).build());
    }
    // README ends
  }
}
