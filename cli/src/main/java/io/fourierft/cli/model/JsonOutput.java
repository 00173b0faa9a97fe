package io.fourierft.cli.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.fourierft.importer.Head;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A model's output as JSON, {@code {"logits": [...]}}, written number by number. */
public final class JsonOutput {
  private static final JsonFactory JSON = new JsonFactory();

  private static final Set<Head.Kind> EACH_TOKEN =
      Set.of(
          Head.Kind.FEATURES,
          Head.Kind.TOKEN_CLASSIFIER,
          Head.Kind.QUESTION_ANSWERING,
          Head.Kind.MASKED_LM,
          Head.Kind.CAUSAL_LM);

  private final INDArray output;
  private final long batch;
  private final boolean nested;

  private JsonOutput(INDArray output, long batch, boolean nested) {
    this.output = output;
    this.batch = batch;
    this.nested = nested;
  }

  /**
   * The output of a batch.
   *
   * @param output {@code [batch, width]}, or {@code [batch * sequence, width]} of a head that
   *     answers for each token, which becomes one list of rows for each sequence
   * @param batch number of rows or images
   * @param head the head that answered
   * @return the output
   */
  public static JsonOutput of(INDArray output, int batch, Head head) {
    return new JsonOutput(output, batch, EACH_TOKEN.contains(head.kind()));
  }

  /**
   * Writes the JSON.
   *
   * @param target where to; left open
   * @throws IOException if it cannot be written
   */
  public void write(OutputStream target) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(target)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(json);
    }
  }

  /**
   * Writes the JSON.
   *
   * @param target where to; left open
   * @throws IOException if it cannot be written
   */
  public void write(Writer target) throws IOException {
    try (JsonGenerator json = JSON.createGenerator(target)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      write(json);
    }
  }

  private void write(JsonGenerator json) throws IOException {
    long rows = output.size(0);
    long width = output.size(1);
    long each = rows / batch;
    json.writeStartObject();
    json.writeArrayFieldStart("logits");
    for (long row = 0; row < rows; row++) {
      if (nested && row % each == 0) {
        json.writeStartArray();
      }
      json.writeStartArray();
      for (long column = 0; column < width; column++) {
        json.writeNumber(output.getFloat(row, column));
      }
      json.writeEndArray();
      if (nested && row % each == each - 1) {
        json.writeEndArray();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
