package io.fourierft.peft;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.SortedMap;
import java.util.TreeMap;

/** JSON as {@code json.dumps(value, indent=2, sort_keys=True)} writes it. */
final class PythonJson {
  private PythonJson() {}

  static String text(SortedMap<String, JsonNode> fields) {
    StringBuilder out = new StringBuilder();
    object(fields, "", out);
    return out.toString();
  }

  private static void value(JsonNode node, String indent, StringBuilder out) {
    if (node.isObject()) {
      SortedMap<String, JsonNode> fields = new TreeMap<>();
      node.properties().forEach(entry -> fields.put(entry.getKey(), entry.getValue()));
      object(fields, indent, out);
    } else if (node.isArray()) {
      array(node, indent, out);
    } else if (node.isTextual()) {
      quote(node.textValue(), out);
    } else {
      out.append(node);
    }
  }

  private static void object(SortedMap<String, JsonNode> fields, String indent, StringBuilder out) {
    String inner = indent + "  ";
    out.append('{');
    String separator = "\n";
    for (var entry : fields.entrySet()) {
      out.append(separator).append(inner);
      quote(entry.getKey(), out);
      out.append(": ");
      value(entry.getValue(), inner, out);
      separator = ",\n";
    }
    out.append(fields.isEmpty() ? "" : "\n" + indent).append('}');
  }

  private static void array(JsonNode node, String indent, StringBuilder out) {
    String inner = indent + "  ";
    out.append('[');
    String separator = "\n";
    for (JsonNode element : node) {
      out.append(separator).append(inner);
      value(element, inner, out);
      separator = ",\n";
    }
    out.append(node.isEmpty() ? "" : "\n" + indent).append(']');
  }

  private static void quote(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || c > '~' && c != 0x7f) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
