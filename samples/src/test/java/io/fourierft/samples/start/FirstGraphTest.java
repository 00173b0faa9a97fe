package io.fourierft.samples.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.graph.AdaptedGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class FirstGraphTest {
  private static final int ROWS = 64;

  @TempDir private Path folder;

  @Test
  void theReadmeShowsTheCodeThatIsTestedHere() throws IOException {
    Path source = Path.of("src/main/java/io/fourierft/samples/start/FirstGraph.java");
    String shown =
        Files.readAllLines(source).stream()
            .dropWhile(line -> !line.contains("README begins"))
            .skip(1)
            .takeWhile(line -> !line.contains("README ends"))
            .map(line -> line.isEmpty() ? line : line.substring(4))
            .collect(Collectors.joining("\n"));

    assertThat(Path.of("../README.md")).content().contains("```java\n" + shown + "\n```");
  }

  @Test
  void theAdapterThatWasTrainedOverOneGraphAnswersOverAnother() throws IOException {
    Path file = folder.resolve("graph.fft");
    SameDiff graph = graph();
    DataSet data = data();
    double before = accuracy(graph, data);
    FirstGraph.train(graph, new SingletonDataSetIterator(data), file);
    assertThat(accuracy(graph, data)).isEqualTo(before);

    SameDiff fresh = graph();
    try (AdaptedGraph adapted =
        FourierFt.attach(fresh, FourierOptions.of(TargetModules.allLinear()).withNFrequency(1))) {
      adapted.add("trained", AdapterFiles.read(file));
      adapted.activate("trained");
      assertThat(accuracy(fresh, data)).isGreaterThan(0.9).isGreaterThan(before);
    }
  }

  /** Two layers and a head, the same each time. */
  private static SameDiff graph() {
    Nd4j.getRandom().setSeed(7);
    SameDiff graph = SameDiff.create();
    SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 8);
    SDVariable y = graph.placeHolder("y", DataType.FLOAT, -1, 2);
    SDVariable first = x.mmul(graph.var("first.weight", Nd4j.randn(8, 24).mul(0.3)));
    SDVariable second =
        graph.math().tanh(first).mmul(graph.var("second.weight", Nd4j.randn(24, 24).mul(0.2)));
    SDVariable logits =
        graph
            .math()
            .tanh(second)
            .mmul(graph.var("head.weight", Nd4j.randn(24, 2).mul(0.1)))
            .add("logits", graph.var("head.bias", Nd4j.zeros(2)));
    graph.loss().softmaxCrossEntropy("loss", y, logits, null);
    graph.setLossVariables("loss");
    return graph;
  }

  /** Rows whose first two numbers have the same sign are of one class, the others of the other. */
  private static DataSet data() {
    Nd4j.getRandom().setSeed(11);
    INDArray x = Nd4j.randn(ROWS, 8);
    INDArray y = Nd4j.zeros(ROWS, 2);
    for (int i = 0; i < ROWS; i++) {
      y.putScalar(i, x.getDouble(i, 0) * x.getDouble(i, 1) > 0 ? 1 : 0, 1);
    }
    return new DataSet(x, y);
  }

  private static double accuracy(SameDiff graph, DataSet data) {
    INDArray logits = graph.outputSingle(Map.of("x", data.getFeatures()), "logits");
    INDArray right = logits.argMax(1).eq(data.getLabels().argMax(1));
    return right.castTo(DataType.FLOAT).meanNumber().doubleValue();
  }
}
