package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.adapter.AdapterFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The {@code adapter_config.json} of a FourierFT adapter: what matters here as typed values, and
 * every key, known or not, as JSON text. Keys that are absent have PEFT's defaults.
 */
public final class PeftConfig {
  /** The only {@code peft_type} that is read. */
  public static final String PEFT_TYPE = "FOURIERFT";

  private static final Set<String> KNOWN =
      Set.of(
          "auto_mapping",
          "base_model_name_or_path",
          "bias",
          "exclude_modules",
          "fan_in_fan_out",
          "inference_mode",
          "init_weights",
          "layers_pattern",
          "layers_to_transform",
          "modules_to_save",
          "n_frequency",
          "n_frequency_pattern",
          "peft_type",
          "peft_version",
          "random_loc_seed",
          "revision",
          "scaling",
          "target_modules",
          "task_type");

  private final Map<String, String> json;
  private final String baseModel;
  private final String revision;
  private final String taskType;
  private final int frequencies;
  private final double scaling;
  private final long seed;
  private final String bias;
  private final boolean zeroInit;
  private final Map<String, Integer> frequencyPattern;

  private PeftConfig(JsonFields fields) throws AdapterFormatException {
    String type = fields.text("peft_type", "");
    if (!type.equals(PEFT_TYPE)) {
      throw new AdapterFormatException.OtherMethod(
          "peft_type expected "
              + PEFT_TYPE
              + ", the only one read, but found '"
              + type
              + "' ("
              + fields.where()
              + ")");
    }
    json = fields.texts();
    baseModel = fields.text("base_model_name_or_path", "");
    revision = fields.text("revision", "");
    taskType = fields.text("task_type", "");
    frequencies = Math.toIntExact(fields.whole("n_frequency", 1000, 1, Integer.MAX_VALUE));
    scaling = fields.number("scaling", 150);
    seed = fields.whole("random_loc_seed", 777, Long.MIN_VALUE, Long.MAX_VALUE);
    bias = fields.text("bias", "none");
    zeroInit = fields.truth("init_weights", false);
    Map<String, Integer> pattern = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : fields.object("n_frequency_pattern").entrySet()) {
      JsonFields single = new JsonFields(Map.of(entry.getKey(), entry.getValue()), fields.where());
      long n = single.whole(entry.getKey(), 0, 1, Integer.MAX_VALUE);
      pattern.put(entry.getKey(), (int) n);
    }
    frequencyPattern = Collections.unmodifiableMap(pattern);
  }

  /**
   * Reads a configuration.
   *
   * @param file an adapter_config.json
   * @return the configuration
   * @throws AdapterFormatException if it is not JSON, of another PEFT type or wrongly typed
   * @throws IOException if it cannot be read
   */
  public static PeftConfig read(Path file) throws IOException {
    return new PeftConfig(JsonFields.read(file));
  }

  /**
   * Parses a configuration.
   *
   * @param json the text of an adapter_config.json
   * @param where what to call it in messages
   * @return the configuration
   * @throws AdapterFormatException if it is not JSON, of another PEFT type or wrongly typed
   */
  public static PeftConfig parse(byte[] json, String where) throws AdapterFormatException {
    return new PeftConfig(JsonFields.parse(json, where));
  }

  /**
   * Makes a configuration from its keys.
   *
   * @param json JSON text by key
   * @param where what to call it in messages
   * @return the configuration
   * @throws AdapterFormatException if a value is not JSON or wrongly typed
   */
  static PeftConfig of(Map<String, String> json, String where) throws AdapterFormatException {
    return new PeftConfig(JsonFields.of(json, where));
  }

  /**
   * Returns the n of a layer.
   *
   * @param module its module path
   * @return by the first key of the frequency pattern that matches, or the default
   */
  public int frequencies(String module) {
    for (Map.Entry<String, Integer> entry : frequencyPattern.entrySet()) {
      if (PeftPatterns.counts(entry.getKey(), module)) {
        return entry.getValue();
      }
    }
    return frequencyPattern.getOrDefault(module, frequencies);
  }

  /**
   * Returns all keys, known or not.
   *
   * @return JSON text by key, in the order of the keys
   */
  public Map<String, String> json() {
    return json;
  }

  /**
   * Returns the keys that mean nothing to this version, which are kept all the same.
   *
   * @return keys that are not PEFT 0.21's
   */
  public SortedSet<String> unknownKeys() {
    SortedSet<String> unknown = new TreeSet<>(json.keySet());
    unknown.removeAll(KNOWN);
    return Collections.unmodifiableSortedSet(unknown);
  }

  /**
   * Returns the base model.
   *
   * @return its name; empty if not given
   */
  public String baseModel() {
    return baseModel;
  }

  /**
   * Returns the revision of the base model.
   *
   * @return the revision; empty if not given
   */
  public String revision() {
    return revision;
  }

  /**
   * Returns the task.
   *
   * @return such as {@code SEQ_CLS}; empty if not given
   */
  public String taskType() {
    return taskType;
  }

  /**
   * Returns the factor of the weight change.
   *
   * @return the scaling
   */
  public double scaling() {
    return scaling;
  }

  /**
   * Returns the seed of the entries.
   *
   * @return the seed
   */
  public long seed() {
    return seed;
  }

  /**
   * Returns which biases were trained.
   *
   * @return {@code none}, {@code all} or {@code fourier_only}
   */
  public String bias() {
    return bias;
  }

  /**
   * Tells how the coefficients were set before training.
   *
   * @return true for zeros, false for normal numbers
   */
  public boolean zeroInit() {
    return zeroInit;
  }

  /**
   * Returns the text as PEFT writes it: sorted keys, indented by two spaces.
   *
   * @return the content of adapter_config.json
   * @throws AdapterFormatException if a value is not JSON
   */
  public String text() throws AdapterFormatException {
    return PythonJson.text(new TreeMap<>(JsonFields.of(json, "adapter_config.json").nodes()));
  }
}
