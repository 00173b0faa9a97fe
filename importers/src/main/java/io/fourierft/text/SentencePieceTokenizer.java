package io.fourierft.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.text.SentencePieceModel.Kind;
import io.fourierft.text.SentencePieceModel.Piece;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A SentencePiece model as a {@code tokenizer.json}, as transformers 5 puts it: by {@link
 * LlamaRules} where the settings name that class, and otherwise by what the file says of itself,
 * without a space in front of the text.
 */
final class SentencePieceTokenizer {
  private final SentencePieceModel model;
  private final TokenizerSettings settings;
  private final TokenizerJson json = new TokenizerJson();
  private final Map<String, Integer> ids = new LinkedHashMap<>();

  private SentencePieceTokenizer(SentencePieceModel model, TokenizerSettings settings) {
    this.model = model;
    this.settings = settings;
    for (int id = 0; id < model.pieces().size(); id++) {
      ids.put(model.pieces().get(id).text(), id);
    }
  }

  static byte[] json(SentencePieceModel model, TokenizerSettings settings) {
    return new SentencePieceTokenizer(model, settings).json();
  }

  private byte[] json() {
    for (int id = 0; id < model.pieces().size(); id++) {
      Piece piece = model.pieces().get(id);
      switch (piece.kind()) {
        case CONTROL, UNKNOWN -> json.token(id, piece.text(), true, settings);
        case USER_DEFINED -> json.token(id, piece.text(), false, settings);
        default -> {
          // found by the model
        }
      }
    }
    boolean llama = settings.tokenizerClass().equals(LlamaRules.CLASS);
    if (model.unigram() && !llama) {
      unigram();
    } else {
      merges();
    }
    if (llama) {
      LlamaRules.of(settings).apply(json.root());
    } else {
      normalizer();
      LlamaRules.decoder(json.sequence("decoder", "decoders"), model.byteFallback());
    }
    around();
    return json.bytes();
  }

  private void unigram() {
    ObjectNode node = json.part("model", "Unigram");
    node.put("unk_id", unknown()).put("byte_fallback", model.byteFallback());
    ArrayNode vocabulary = node.putArray("vocab");
    for (Piece piece : model.pieces()) {
      vocabulary.addArray().add(piece.text()).add((double) piece.score());
    }
  }

  private int unknown() {
    for (int id = 0; id < model.pieces().size(); id++) {
      if (model.pieces().get(id).kind() == Kind.UNKNOWN) {
        return id;
      }
    }
    return 0;
  }

  private void merges() {
    ObjectNode node = json.bpe(ids, pairs());
    node.put("unk_token", model.pieces().get(unknown()).text());
    node.put("fuse_unk", true).put("byte_fallback", model.byteFallback());
  }

  /** Each piece out of each two that make it; earlier pieces first, then shorter left halves. */
  private List<List<String>> pairs() {
    List<List<String>> pairs = new ArrayList<>();
    for (String piece : ids.keySet()) {
      for (int at = 1; at < piece.length(); at++) {
        if (Character.isLowSurrogate(piece.charAt(at))) {
          continue;
        }
        String left = piece.substring(0, at);
        String right = piece.substring(at);
        if (ids.containsKey(left) && ids.containsKey(right)) {
          pairs.add(List.of(left, right));
        }
      }
    }
    return pairs;
  }

  private void normalizer() {
    ArrayNode steps = json.sequence("normalizer", "normalizers");
    if (model.charsMap().length > 0) {
      steps
          .addObject()
          .put("type", "Precompiled")
          .put("precompiled_charsmap", Base64.getEncoder().encodeToString(model.charsMap()));
    }
    ObjectNode spaces = steps.addObject().put("type", "Replace");
    spaces.putObject("pattern").put("String", " ");
    spaces.put("content", LlamaRules.SPACE);
  }

  /** Only the settings bring start and end tokens, even for models that learned with them. */
  private void around() {
    Map<String, Integer> special = new LinkedHashMap<>();
    List<String> before =
        special("bos_token", "<s>", settings.flag("add_bos_token", false), special);
    List<String> after =
        special("eos_token", "</s>", settings.flag("add_eos_token", false), special);
    json.around(before, after, special);
  }

  private List<String> special(
      String role, String usual, boolean wanted, Map<String, Integer> special) {
    String token = settings.token(role).orElse(usual);
    if (!wanted || !ids.containsKey(token)) {
      return List.of();
    }
    special.put(token, ids.get(token));
    return List.of(token);
  }
}
