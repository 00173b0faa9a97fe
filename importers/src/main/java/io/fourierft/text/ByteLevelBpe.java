package io.fourierft.text;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.importer.weights.ModelFormatException;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The two files of GPT-2's and RoBERTa's byte-level BPE as a {@code tokenizer.json}.
 *
 * @param vocabulary token to id
 * @param merges pairs, in the order they are applied
 */
record ByteLevelBpe(Map<String, Integer> vocabulary, List<List<String>> merges) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static ByteLevelBpe read(byte[] vocabulary, String origin, byte[] merges) throws IOException {
    return new ByteLevelBpe(vocabulary(vocabulary, origin), merges(merges, origin));
  }

  private static Map<String, Integer> vocabulary(byte[] file, String origin) throws IOException {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(file)) {
      boolean whole = parser.nextToken() == JsonToken.START_OBJECT;
      while (whole && parser.nextToken() == JsonToken.FIELD_NAME) {
        String token = parser.currentName();
        whole = parser.nextToken() == JsonToken.VALUE_NUMBER_INT;
        if (whole) {
          vocabulary.put(token, parser.getIntValue());
        }
      }
      if (whole && parser.currentToken() == JsonToken.END_OBJECT) {
        return vocabulary;
      }
      throw new ModelFormatException(
          "vocabulary expected an object of ids but found something else (" + origin + ")");
    } catch (CharConversionException e) {
      throw new ModelFormatException(
          "vocabulary expected UTF-8 but found something else (" + origin + ")", e);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "vocabulary expected a JSON object of ids but found "
              + e.getOriginalMessage().lines().findFirst().orElse("something else")
              + " ("
              + origin
              + ")",
          e);
    }
  }

  private static List<List<String>> merges(byte[] file, String origin) throws ModelFormatException {
    List<List<String>> merges = new ArrayList<>();
    String[] lines = new String(file, StandardCharsets.UTF_8).split("\n");
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (line.isEmpty() || i == 0 && line.startsWith("#version")) {
        continue;
      }
      String[] pair = line.split(" ");
      if (pair.length != 2) {
        throw new ModelFormatException(
            "merge expected two tokens but found "
                + pair.length
                + " (line "
                + (i + 1)
                + " of the merges of "
                + origin
                + ")");
      }
      merges.add(List.of(pair));
    }
    return merges;
  }

  /** RoBERTa's texts stand between special tokens, GPT-2's do not. */
  byte[] json(TokenizerSettings settings) {
    String type = settings.modelType();
    boolean roberta = type.isEmpty() ? vocabulary.containsKey("</s>") : type.contains("roberta");
    TokenizerJson json = new TokenizerJson();
    Map<String, String> roles = roberta ? robertaRoles() : Map.of("eos_token", "<|endoftext|>");
    Map<Integer, String> specials = new TreeMap<>();
    roles.forEach(
        (role, usual) -> {
          String token = settings.token(role).orElse(usual);
          if (vocabulary.containsKey(token)) {
            specials.put(vocabulary.get(token), token);
          }
        });
    json.tokens(specials, vocabulary.keySet(), settings);
    boolean space = settings.flag("add_prefix_space", false);
    byteLevel(json.part("pre_tokenizer", "ByteLevel"), space);
    byteLevel(json.part("decoder", "ByteLevel"), true);
    json.bpe(vocabulary, merges);
    if (roberta) {
      ObjectNode around = json.part("post_processor", "RobertaProcessing");
      around(around, "sep", settings.token("sep_token").orElse("</s>"));
      around(around, "cls", settings.token("cls_token").orElse("<s>"));
      around.put("trim_offsets", true).put("add_prefix_space", space);
    } else {
      String start = settings.token("bos_token").orElse("<|endoftext|>");
      Integer id = vocabulary.get(start);
      if (settings.flag("add_bos_token", false) && id != null) {
        json.around(List.of(start), List.of(), Map.of(start, id));
      }
    }
    return json.bytes();
  }

  private static Map<String, String> robertaRoles() {
    return Map.of(
        "bos_token", "<s>",
        "pad_token", "<pad>",
        "eos_token", "</s>",
        "unk_token", "<unk>",
        "mask_token", "<mask>");
  }

  private static void byteLevel(ObjectNode node, boolean space) {
    node.put("add_prefix_space", space).put("trim_offsets", true).put("use_regex", true);
  }

  private void around(ObjectNode node, String name, String token) {
    node.putArray(name).add(token).add(vocabulary.getOrDefault(token, 0));
  }
}
