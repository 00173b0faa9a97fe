package io.fourierft.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The README.md of a repository: YAML between two lines of dashes, which hubs read to find models,
 * then prose for people.
 *
 * <p>Only the simple YAML of model cards is understood (texts and lists of texts at the top level);
 * everything else is kept as it is.
 */
public final class ModelCard {
  /** The file that holds the card. */
  public static final String FILE = "README.md";

  private static final int MAX_BYTES = 1 << 20;
  private static final Pattern FRONT =
      Pattern.compile("\\A(?:\\s*---[ \\t]*\\R)(?<yaml>(?s:.*?))\\R---[ \\t]*(?:\\R|\\z)");
  private static final Pattern KEY = Pattern.compile("([A-Za-z0-9_-]+):(.*)");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z](?:[A-Za-z0-9_./ -]|:(?=\\S))*");
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "null");

  private static final Pattern MODEL =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95})?");
  private static final String BASE_TAG = "base_model:";
  private static final String BEGIN =
      "<!-- fourierft: written from the adapter, replaced by push -->";
  private static final String END = "<!-- fourierft: end -->";

  private final Map<String, List<String>> blocks;
  private final String prose;

  private ModelCard(Map<String, List<String>> blocks, String prose) {
    this.blocks = blocks;
    this.prose = prose;
  }

  /**
   * Reads a card.
   *
   * @param text the whole file, with or without YAML
   * @return the card
   */
  public static ModelCard parse(String text) {
    Matcher matcher = FRONT.matcher(text);
    if (!matcher.find()) {
      return new ModelCard(new LinkedHashMap<>(), text);
    }
    Map<String, List<String>> blocks = new LinkedHashMap<>();
    List<String> block = new ArrayList<>();
    blocks.put("", block);
    for (String line : matcher.group("yaml").split("\\R")) {
      Matcher key = KEY.matcher(line);
      if (key.matches()) {
        block = blocks.computeIfAbsent(key.group(1), name -> new ArrayList<>());
      }
      block.add(line);
    }
    return new ModelCard(blocks, text.substring(matcher.end()));
  }

  /**
   * Reads a card from its file.
   *
   * @param file the file
   * @return the card
   * @throws HubException.TooLarge if it has more than 1 MiB
   * @throws IOException if it cannot be read
   */
  public static ModelCard read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    }
    if (bytes.length > MAX_BYTES) {
      throw new HubException.TooLarge("model card", MAX_BYTES + " bytes at most", "more", file);
    }
    return parse(new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * What the card says of the repository.
   *
   * @return the base model, task and tags; tags beyond the first 200 are left out, as are those
   *     that only repeat the base model
   */
  public Metadata metadata() {
    List<String> tags =
        values("tags").stream().filter(tag -> !tag.startsWith(BASE_TAG)).limit(200).toList();
    return new Metadata(first("base_model"), first("pipeline_tag"), tags);
  }

  private String first(String key) {
    List<String> values = values(key);
    return values.isEmpty() ? "" : values.get(0);
  }

  /** The texts below a key, be they written as one text, in brackets or line by line. */
  private List<String> values(String key) {
    List<String> values = new ArrayList<>();
    for (String line : blocks.getOrDefault(key, List.of())) {
      Matcher start = KEY.matcher(line);
      boolean first = start.matches();
      String rest = (first ? start.group(2) : line).strip();
      if (first && rest.startsWith("[") && rest.endsWith("]")) {
        for (String item : rest.substring(1, rest.length() - 1).split(",")) {
          add(values, item);
        }
      } else if (first || rest.startsWith("-")) {
        add(values, first ? rest : rest.substring(1));
      }
    }
    return values;
  }

  private static void add(List<String> values, String yaml) {
    String text = yaml.strip();
    boolean quoted =
        text.length() > 1
            && (text.startsWith("\"") || text.startsWith("'"))
            && text.charAt(text.length() - 1) == text.charAt(0);
    text = quoted ? unquoted(text) : text.replaceAll("\\s+#.*$", "").strip();
    if (!text.isEmpty() && text.length() <= 500) {
      values.add(text);
    }
  }

  private static String unquoted(String text) {
    String inner = text.substring(1, text.length() - 1);
    return text.startsWith("'")
        ? inner.replace("''", "'")
        : inner.replaceAll("\\\\([\"\\\\])", "$1");
  }

  /**
   * Adds to the card what a publication says of itself.
   *
   * @param metadata what to state; texts that are empty change nothing, nor does a base model that
   *     is a directory of somebody's own; tags join those there
   * @param isPeft whether the files are a PEFT adapter
   * @return the card with more YAML and the same prose
   */
  public ModelCard with(Metadata metadata, boolean isPeft) {
    Map<String, List<String>> merged = new LinkedHashMap<>(blocks);
    Set<String> tags = new TreeSet<>(values("tags"));
    boolean changed = tags.addAll(metadata.tags());
    if (isModelId(metadata.baseModel())) {
      state(merged, "base_model", metadata.baseModel());
      changed |= tags.removeIf(tag -> tag.startsWith(BASE_TAG + "adapter:"));
      changed |= tags.add(BASE_TAG + "adapter:" + metadata.baseModel());
    }
    if (isPeft && !merged.containsKey("library_name")) {
      state(merged, "library_name", "peft");
    }
    state(merged, "pipeline_tag", metadata.task());
    if (changed) {
      List<String> lines = new ArrayList<>(List.of("tags:"));
      tags.forEach(tag -> lines.add("- " + yaml(tag)));
      merged.put("tags", lines);
    }
    return new ModelCard(merged, prose);
  }

  private static void state(Map<String, List<String>> blocks, String key, String value) {
    if (!value.isEmpty()) {
      blocks.put(key, List.of(key + ": " + yaml(value)));
    }
  }

  /**
   * Tells whether the name of a base model is an id that hubs know, not a directory.
   *
   * @param name the name
   * @return whether it is {@code NAME} or {@code NAMESPACE/NAME}
   */
  public static boolean isModelId(String name) {
    return MODEL.matcher(name).matches();
  }

  /**
   * States something, in the place of what the card says.
   *
   * @param key a key of the YAML
   * @param value its text
   * @return the changed card
   */
  public ModelCard stating(String key, String value) {
    Map<String, List<String>> merged = new LinkedHashMap<>(blocks);
    state(merged, key, value);
    return new ModelCard(merged, prose);
  }

  /**
   * Adds what the card does not say yet.
   *
   * @param additions lines of YAML each, the first with a key at its beginning
   * @return the changed card
   */
  @SafeVarargs
  public final ModelCard completing(List<String>... additions) {
    Map<String, List<String>> merged = new LinkedHashMap<>(blocks);
    for (List<String> lines : additions) {
      String key = lines.get(0).substring(0, lines.get(0).indexOf(':'));
      merged.putIfAbsent(key, List.copyOf(lines));
    }
    return new ModelCard(merged, prose);
  }

  /**
   * Puts a section at the end of the prose, or in the place of the one that was put there before.
   *
   * @param markdown the section
   * @return the card with the section between two comments that mark it
   */
  public ModelCard withSection(String markdown) {
    String section = BEGIN + "\n" + markdown.strip() + "\n" + END;
    int from = prose.indexOf(BEGIN);
    int to = from < 0 ? -1 : prose.indexOf(END, from);
    if (to >= 0) {
      return new ModelCard(
          blocks, prose.substring(0, from) + section + prose.substring(to + END.length()));
    }
    String gap = prose.isBlank() ? "" : prose.endsWith("\n") ? "\n" : "\n\n";
    return new ModelCard(blocks, prose + gap + section + "\n");
  }

  /**
   * Writes a text so that YAML reads it back as that text.
   *
   * @param value the text; line breaks and the like become question marks
   * @return the text, in quotes where it needs them
   */
  public static String yaml(String value) {
    boolean plain =
        PLAIN.matcher(value).matches()
            && !value.endsWith(" ")
            && !WORDS.contains(value.toLowerCase(Locale.ROOT));
    String clean = Texts.oneLine(value);
    return plain ? value : "'" + clean.replace("'", "''") + "'";
  }

  /**
   * The whole file.
   *
   * @return YAML, if there is any, and prose
   */
  public String text() {
    List<String> lines = blocks.values().stream().flatMap(List::stream).toList();
    return lines.isEmpty() ? prose : "---\n" + String.join("\n", lines) + "\n---\n" + prose;
  }
}
