package io.fourierft.cli.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.adapter.Adapter;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tiny models of tools/reference/peft_logits.py: base, adapter, inputs and logits. */
public record TinyModel(String name, Path folder, JsonNode golden) {
  /** One of each family. */
  public static final List<String> NAMES = List.of("roberta", "bert", "gpt2", "llama", "vit");

  private static final ObjectMapper JSON = new ObjectMapper();

  public static TinyModel of(String name) throws IOException {
    try {
      Path folder = Path.of(TinyModel.class.getResource("/golden/peft/" + name).toURI());
      return new TinyModel(name, folder, JSON.readTree(folder.resolve("golden.json").toFile()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException("a resource expected to have a path", e);
    }
  }

  public Path base() {
    return folder.resolve("base");
  }

  public Path adapter() {
    return folder.resolve("adapter");
  }

  /** Reads a PEFT directory that was made for this base. */
  public Adapter read(Path directory) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(base())) {
      return PeftDirectory.read(directory, checkpoint.names().shapes());
    }
  }

  public Inputs inputs() throws IOException {
    if (!golden.has("pixel_values")) {
      return Inputs.tokens(
          JSON.treeToValue(golden.get("input_ids"), int[][].class),
          JSON.treeToValue(golden.get("attention_mask"), int[][].class));
    }
    float[][][][] images = JSON.treeToValue(golden.get("pixel_values"), float[][][][].class);
    int height = images[0][0].length;
    int width = images[0][0][0].length;
    float[] flat = new float[images.length * images[0].length * height * width];
    int at = 0;
    for (float[][][] image : images) {
      for (float[][] channel : image) {
        for (float[] row : channel) {
          System.arraycopy(row, 0, flat, at, width);
          at += width;
        }
      }
    }
    return Inputs.images(flat, images.length, images[0].length, height, width);
  }

  /** The labels that PEFT was trained with; of a language model the last tokens. */
  public int[] labels() throws IOException {
    if (golden.has("labels")) {
      return JSON.treeToValue(golden.get("labels"), int[].class);
    }
    int[][] ids = JSON.treeToValue(golden.get("input_ids"), int[][].class);
    int[] labels = new int[ids.length];
    for (int row = 0; row < ids.length; row++) {
      labels[row] = ids[row][0];
    }
    return labels;
  }

  public float[][] logits(PretrainedModel model, Parameters parameters) throws IOException {
    try (DirectModel runner = DirectModel.of(model.network(), parameters)) {
      INDArray output = runner.forward(inputs());
      return output.toFloatMatrix();
    }
  }

  /** Expects logits that are close, counting tokens of padding out, which PEFT computes too. */
  public void assertClose(float[][] found, JsonNode expected, double tolerance) throws IOException {
    float[][] other = JSON.treeToValue(expected, float[][].class);
    assertThat(found.length).isEqualTo(other.length);
    double worst = 0;
    for (int row = 0; row < found.length; row++) {
      assertThat(found[row]).hasSameSizeAs(other[row]);
      for (int column = 0; column < found[row].length && !padded(row, found.length); column++) {
        double off = Math.abs(found[row][column] - other[row][column]);
        worst = Double.isNaN(off) ? Double.MAX_VALUE : Math.max(worst, off);
      }
    }
    System.out.printf("%s: logits within %.1e%n", name, worst);
    assertThat(worst).as(name).isLessThanOrEqualTo(tolerance);
  }

  private boolean padded(int row, int rows) {
    JsonNode mask = golden.path("attention_mask");
    if (mask.isMissingNode() || rows == mask.size()) {
      return false;
    }
    int length = mask.get(0).size();
    return mask.get(row / length).get(row % length).asInt() == 0;
  }
}
