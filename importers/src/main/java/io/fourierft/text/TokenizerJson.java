package io.fourierft.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Writes the parts of a {@code tokenizer.json}. Not thread-safe. */
final class TokenizerJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectNode root = JSON.createObjectNode();
  private final ArrayNode added;

  TokenizerJson() {
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    added = root.putArray("added_tokens");
    root.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
    root.putNull("decoder");
  }

  /** A token that is found in texts before anything else. */
  void token(int id, String content, boolean special, TokenizerSettings settings) {
    token(id, content, special, settings.form(content));
  }

  /** The special tokens of a vocabulary, and those that the settings put behind it. */
  void tokens(Map<Integer, String> specials, Set<String> vocabulary, TokenizerSettings settings) {
    specials.forEach((id, token) -> token(id, token, true, settings));
    settings
        .behind(vocabulary)
        .forEach(
            (id, form) ->
                token(id, form.path("content").asText(), form.path("special").asBoolean(), form));
  }

  private void token(int id, String content, boolean special, JsonNode form) {
    added
        .addObject()
        .put("id", id)
        .put("content", content)
        .put("single_word", form.path("single_word").asBoolean())
        .put("lstrip", form.path("lstrip").asBoolean())
        .put("rstrip", form.path("rstrip").asBoolean())
        .put("normalized", form.path("normalized").asBoolean())
        .put("special", special);
  }

  /** The whole file. */
  ObjectNode root() {
    return root;
  }

  /** A part of the file, such as {@code normalizer}, that the caller fills. */
  ObjectNode part(String name, String type) {
    return root.putObject(name).put("type", type);
  }

  /** A part that is a sequence of others. */
  ArrayNode sequence(String name, String list) {
    return part(name, "Sequence").putArray(list);
  }

  /** A model of the BPE kind. */
  ObjectNode bpe(Map<String, Integer> vocabulary, List<List<String>> merges) {
    ObjectNode model = part("model", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false).put("ignore_merges", false);
    vocabulary(model, vocabulary);
    ArrayNode pairs = model.putArray("merges");
    merges.forEach(pair -> pairs.addArray().add(pair.get(0)).add(pair.get(1)));
    return model;
  }

  static void vocabulary(ObjectNode model, Map<String, Integer> vocabulary) {
    ObjectNode node = model.putObject("vocab");
    vocabulary.forEach(node::put);
  }

  /**
   * Part of a template: a special token, or {@code A} or {@code B} for a text.
   *
   * @param id the token, or the text's letter
   * @param type the token type
   */
  record Slot(String id, int type) {}

  /** Puts special tokens around texts. */
  void template(List<Slot> single, List<Slot> pair, Map<String, Integer> ids) {
    ObjectNode node = part("post_processor", "TemplateProcessing");
    slots(node.putArray("single"), single);
    slots(node.putArray("pair"), pair);
    ObjectNode special = node.putObject("special_tokens");
    ids.forEach(
        (token, id) -> {
          ObjectNode entry = special.putObject(token).put("id", token);
          entry.putArray("ids").add(id);
          entry.putArray("tokens").add(token);
        });
  }

  /** Puts a token before and one after each text, where they are wanted. */
  void around(List<String> before, List<String> after, Map<String, Integer> ids) {
    List<Slot> first = around(before, "A", after, 0);
    List<Slot> both = new ArrayList<>(first);
    both.addAll(around(before, "B", after, 1));
    template(first, both, ids);
  }

  private static List<Slot> around(List<String> before, String text, List<String> after, int type) {
    List<Slot> slots = new ArrayList<>();
    before.forEach(token -> slots.add(new Slot(token, type)));
    slots.add(new Slot(text, type));
    after.forEach(token -> slots.add(new Slot(token, type)));
    return slots;
  }

  private static void slots(ArrayNode nodes, List<Slot> slots) {
    for (Slot slot : slots) {
      boolean text = slot.id().equals("A") || slot.id().equals("B");
      nodes
          .addObject()
          .putObject(text ? "Sequence" : "SpecialToken")
          .put("id", slot.id())
          .put("type_id", slot.type());
    }
  }

  byte[] bytes() {
    try {
      return JSON.writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("tokenizer expected to be writable as JSON", e);
    }
  }
}
