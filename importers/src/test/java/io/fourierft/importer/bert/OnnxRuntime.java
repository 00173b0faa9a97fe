package io.fourierft.importer.bert;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.fourierft.text.Encoded;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;

/** MiniLM as ONNX Runtime computes it, from the same file: an independent reference. */
final class OnnxRuntime implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  OnnxRuntime() throws IOException, OrtException {
    try (InputStream stream = MiniLm.resource(MiniLm.ONNX)) {
      session = environment.createSession(stream.readAllBytes());
    }
  }

  /**
   * Runs a batch padded with id 0.
   *
   * @param rows the texts
   * @param output 0 for the hidden states {@code float[batch][width][hidden]}, 1 for the pooler's
   *     output {@code float[batch][hidden]}
   * @return the output
   */
  Object run(List<Encoded> rows, int output) throws OrtException {
    int width = rows.stream().mapToInt(Encoded::length).max().orElseThrow();
    long[][] ids = new long[rows.size()][width];
    long[][] mask = new long[rows.size()][width];
    long[][] types = new long[rows.size()][width];
    for (int i = 0; i < rows.size(); i++) {
      int[] row = rows.get(i).ids();
      int[] type = rows.get(i).types();
      for (int j = 0; j < row.length; j++) {
        ids[i][j] = row[j];
        mask[i][j] = 1;
        types[i][j] = type[j];
      }
    }
    try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids);
        OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask);
        OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types);
        OrtSession.Result result =
            session.run(
                Map.of(
                    "input_ids", idTensor,
                    "attention_mask", maskTensor,
                    "token_type_ids", typeTensor))) {
      OnnxValue value = result.get(output);
      return value.getValue();
    }
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
