package io.fourierft.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * How transformers 5 sets up the tokenizer class {@code LlamaTokenizer} whatever its files say:
 * byte pair merges with bytes for what is unknown, and U+2581 for spaces and in front of the text.
 *
 * @param prefix whether a space stands in front
 * @param always whether also behind special tokens in the text
 */
record LlamaRules(boolean prefix, boolean always) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static final String CLASS = "LlamaTokenizer";
  static final String SPACE = "\u2581";

  static LlamaRules of(TokenizerSettings settings) {
    return new LlamaRules(settings.flag("add_prefix_space", true), settings.flag("legacy", false));
  }

  /** Sets the parts of a {@code tokenizer.json} with a model of byte pair merges. */
  void apply(ObjectNode root) {
    ObjectNode model = (ObjectNode) root.path("model");
    model.putNull("dropout").putNull("unk_token");
    model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
    root.putNull("normalizer");
    root.putObject("pre_tokenizer")
        .put("type", "Metaspace")
        .put("replacement", SPACE)
        .put("prepend_scheme", !prefix ? "never" : always ? "always" : "first")
        .put("split", false);
    ArrayNode steps = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
    decoder(steps, true);
    if (prefix) {
      steps.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
  }

  /**
   * A {@code tokenizer.json} as the class takes it: pieces, merges and the template of the file,
   * and the rest anew. A file with another kind of model stays as it is.
   */
  byte[] rewrite(byte[] file, String origin) throws IOException {
    TokenizerFile.read(new ByteArrayInputStream(file), origin); // refuses other things
    try {
      JsonNode root = JSON.readTree(file);
      if (!root.path("model").path("type").asText().equals("BPE")) {
        return file;
      }
      apply((ObjectNode) root);
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "tokenizer.json expected a JSON object but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + origin
              + ")",
          e);
    }
  }

  /** What every SentencePiece model's pieces become text by. */
  static void decoder(ArrayNode steps, boolean bytes) {
    ObjectNode spaces = steps.addObject().put("type", "Replace");
    spaces.putObject("pattern").put("String", SPACE);
    spaces.put("content", " ");
    if (bytes) {
      steps.addObject().put("type", "ByteFallback");
      steps.addObject().put("type", "Fuse");
    }
  }
}
