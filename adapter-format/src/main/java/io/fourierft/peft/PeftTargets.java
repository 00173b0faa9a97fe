package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Which modules a configuration adapts, by the rules of PEFT: not those that {@code
 * exclude_modules} names or {@code modules_to_save} covers; those that {@code target_modules} names
 * in full; and those it names by suffix, as far as {@code layers_to_transform} and {@code
 * layers_pattern} allow.
 */
final class PeftTargets {
  /** The keys that say so, beside {@code modules_to_save}. */
  static final List<String> KEYS =
      List.of("target_modules", "exclude_modules", "layers_to_transform", "layers_pattern");

  private final JsonNode targets;
  private final JsonNode excluded;
  private final JsonNode numbers;
  private final List<String> stacks;
  private final List<String> saved;

  PeftTargets(Map<String, JsonNode> config) {
    targets = config.getOrDefault("target_modules", NullNode.getInstance());
    excluded = config.getOrDefault("exclude_modules", NullNode.getInstance());
    numbers = config.getOrDefault("layers_to_transform", NullNode.getInstance());
    stacks = texts(config.getOrDefault("layers_pattern", NullNode.getInstance()));
    saved = texts(config.getOrDefault("modules_to_save", NullNode.getInstance()));
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isTextual()) {
      texts.add(node.textValue());
    }
    node.forEach(element -> texts.add(element.asText()));
    return texts;
  }

  boolean includes(String module) {
    if (PeftPatterns.targets(excluded, module)
        || saved.stream().anyMatch(name -> PeftPatterns.covers(name, module))) {
      return false;
    }
    if (targets.isTextual()) {
      return PeftPatterns.matches(targets.textValue(), module);
    }
    return texts(targets).contains(module)
        || PeftPatterns.targets(targets, module) && transforms(module);
  }

  private boolean transforms(String module) {
    if (numbers.isNull() || numbers.isArray() && numbers.isEmpty()) {
      return true;
    }
    OptionalInt number =
        stacks.isEmpty()
            ? PeftPatterns.number(".*?\\.[^.]*", module)
            : stacks.stream()
                .map(stack -> PeftPatterns.number("(?:^|.*?\\.)" + stack, module))
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    return number.isPresent() && names(number.getAsInt());
  }

  private boolean names(int number) {
    if (numbers.isInt()) {
      return numbers.intValue() == number;
    }
    for (JsonNode element : numbers) {
      if (element.isInt() && element.intValue() == number) {
        return true;
      }
    }
    return false;
  }
}
