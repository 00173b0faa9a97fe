package io.fourierft.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.engine.Activation;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Parameters;
import io.fourierft.engine.Patches;
import io.fourierft.engine.SameDiffModel;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against transformers' functions, of which activations.py in tools/reference took the values. */
class ActivationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The activation of each pixel: patches of one pixel, times one, plus zero. */
  private record Pixelwise(Patches patches, Activation activation) implements Network {
    @Override
    public <T> T forward(Ops<T> ops) {
      return ops.activation(ops.patchEmbedding(patches), activation);
    }

    static Parameters parameters() {
      Map<String, INDArray> one = new LinkedHashMap<>();
      one.put("x.weight", Nd4j.ones(1, 1, 1, 1));
      one.put("x.bias", Nd4j.zeros(1));
      return Parameters.of(one);
    }
  }

  private static JsonNode golden() throws IOException {
    try (InputStream golden =
        ActivationsTest.class.getResourceAsStream("/golden/activations.json")) {
      return JSON.readTree(golden);
    }
  }

  static List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    golden().get("y").fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @MethodSource("names")
  void bothExecutorsHaveTheValuesOfTransformers(String name) throws IOException {
    float[] x = JSON.treeToValue(golden().get("x"), float[].class);
    double[] y = JSON.treeToValue(golden().get("y").get(name), double[].class);
    Network network =
        new Pixelwise(new Patches("x", 1, 1, x.length, 1), Activations.named(name, "test"));
    Inputs inputs = Inputs.images(x, 1, 1, 1, x.length);
    try (Parameters parameters = Pixelwise.parameters();
        DirectModel direct = DirectModel.of(network, parameters)) {
      SameDiff graph = SameDiffModel.graph(network, parameters);
      Map<String, INDArray> placeholders = SameDiffModel.placeholders(graph, inputs);
      INDArray found = direct.forward(inputs);
      INDArray emitted = graph.outputSingle(placeholders, SameDiffModel.OUTPUT);
      for (int i = 0; i < x.length; i++) {
        double tolerance = 1e-6 * Math.max(1, Math.abs(y[i]));
        assertThat(found.getDouble(i, 0)).as("f(%f)", x[i]).isCloseTo(y[i], within(tolerance));
        assertThat(emitted.getDouble(i, 0)).as("f(%f)", x[i]).isCloseTo(y[i], within(tolerance));
      }
    }
  }

  @Test
  void everyActivationHasAName() throws IOException {
    assertThat(names().stream().map(ActivationsTest::named)).contains(Activation.values());
  }

  private static Activation named(String name) {
    try {
      return Activations.named(name, "test");
    } catch (ModelFormatException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anActivationWithWeightsOfItsOwnIsRefused() {
    assertThatThrownBy(() -> Activations.named("prelu", "hidden_act, config.json"))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("quick_gelu")
        .hasMessageContaining("but found prelu (hidden_act, config.json)");
  }
}
