package io.fourierft.importer.bert;

import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.OnnxWeights;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The really trained encoder that Maven Central has, as the tests use it. */
final class MiniLm {
  static final String ONNX = "all-minilm-l6-v2.onnx";
  static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
  static final int HEADS = 12;

  private MiniLm() {}

  static OnnxWeights weights() throws IOException {
    return OnnxWeights.open(ONNX, () -> resource(ONNX));
  }

  static PretrainedModel load(Head head) throws IOException {
    try (OnnxWeights weights = weights()) {
      return BertImporter.load(weights, BertShapes.bert(weights, HEADS), head);
    }
  }

  static InputStream resource(String name) throws IOException {
    InputStream stream = MiniLm.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new FileNotFoundException("test class path expected " + name + " but found none");
    }
    return stream;
  }
}
