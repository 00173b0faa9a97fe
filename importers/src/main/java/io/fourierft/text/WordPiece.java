package io.fourierft.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.text.TokenizerJson.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** BERT's {@code vocab.txt}, one token per line, as a {@code tokenizer.json}. */
final class WordPiece {
  private static final Map<String, String> ROLES =
      Map.of(
          "pad_token", "[PAD]",
          "unk_token", "[UNK]",
          "cls_token", "[CLS]",
          "sep_token", "[SEP]",
          "mask_token", "[MASK]");

  private WordPiece() {}

  static byte[] json(byte[] file, String origin, TokenizerSettings settings)
      throws ModelFormatException {
    Map<String, Integer> vocabulary = vocabulary(file);
    TokenizerJson json = new TokenizerJson();
    Map<Integer, String> specials = new TreeMap<>();
    for (Map.Entry<String, String> role : ROLES.entrySet()) {
      String token = settings.token(role.getKey()).orElse(role.getValue());
      Integer id = vocabulary.get(token);
      if (id != null) {
        specials.put(id, token);
      }
    }
    json.tokens(specials, vocabulary.keySet(), settings);
    boolean lower = settings.flag("do_lower_case", true);
    ObjectNode normalizer = json.part("normalizer", "BertNormalizer").put("clean_text", true);
    normalizer.put("handle_chinese_chars", settings.flag("tokenize_chinese_chars", true));
    normalizer.put("lowercase", lower);
    if (settings.has("strip_accents")) {
      normalizer.put("strip_accents", settings.flag("strip_accents", lower));
    } else {
      normalizer.putNull("strip_accents");
    }
    json.part("pre_tokenizer", "BertPreTokenizer");
    json.part("decoder", "WordPiece").put("prefix", "##").put("cleanup", true);
    String unknown = settings.token("unk_token").orElse("[UNK]");
    ObjectNode model = json.part("model", "WordPiece").put("unk_token", unknown);
    model.put("continuing_subword_prefix", "##").put("max_input_chars_per_word", 100);
    TokenizerJson.vocabulary(model, vocabulary);
    String cls = settings.token("cls_token").orElse("[CLS]");
    String sep = settings.token("sep_token").orElse("[SEP]");
    Map<String, Integer> around = new LinkedHashMap<>();
    for (String token : List.of(cls, sep, unknown)) {
      if (!vocabulary.containsKey(token)) {
        throw new ModelFormatException(
            "vocab.txt expected a line " + token + " but found none (" + origin + ")");
      }
    }
    around.put(cls, vocabulary.get(cls));
    around.put(sep, vocabulary.get(sep));
    Slot start = new Slot(cls, 0);
    Slot end = new Slot(sep, 0);
    List<Slot> single = List.of(start, new Slot("A", 0), end);
    List<Slot> pair = new ArrayList<>(single);
    pair.addAll(List.of(new Slot("B", 1), new Slot(sep, 1)));
    json.template(single, pair, around);
    return json.bytes();
  }

  private static Map<String, Integer> vocabulary(byte[] file) {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    String text = new String(file, StandardCharsets.UTF_8);
    String[] lines = text.split("\n", -1);
    int count = lines.length - (lines[lines.length - 1].isEmpty() ? 1 : 0);
    for (int id = 0; id < count; id++) {
      String line = lines[id];
      vocabulary.put(line.endsWith("\r") ? line.substring(0, line.length() - 1) : line, id);
    }
    return vocabulary;
  }
}
