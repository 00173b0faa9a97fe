package io.fourierft.hub.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import java.io.IOException;

/** JSON from a server that may be hostile, and JSON for it. */
public final class Json {
  /** The most bytes of one body; a page of 1000 entries with long names stays far below. */
  public static final int MAX_BYTES = 8 << 20;

  private static final int MAX_DEPTH = 40;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_BYTES)
                          .build())
                  .build())
          .build();

  private Json() {}

  /**
   * Begins JSON for a server.
   *
   * @return an object without fields
   */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /**
   * Reads a body whole, up to a limit.
   *
   * @param reply whose body
   * @param what what was asked for
   * @return an object or array
   * @throws HubException.TooLarge if the body is longer than {@value #MAX_BYTES} bytes
   * @throws HubException.Corrupt if it is no JSON object or array
   * @throws IOException if it cannot be read
   */
  public static JsonNode read(Reply reply, String what) throws IOException {
    byte[] bytes = reply.body().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new HubException.TooLarge(
          what, MAX_BYTES + " bytes at most", "more", Wire.show(reply.uri()));
    }
    return parse(bytes, what, Wire.show(reply.uri()));
  }

  /**
   * Reads JSON.
   *
   * @param bytes the text
   * @param what what it says
   * @param where where it is from
   * @return an object or array
   * @throws HubException.Corrupt if the bytes are neither
   * @throws IOException never for another reason
   */
  public static JsonNode parse(byte[] bytes, String what, Object where) throws IOException {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      if (json != null && json.isContainerNode()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      HubException told = new HubException.Corrupt(what, "JSON", e.getOriginalMessage(), where);
      told.initCause(e);
      throw told;
    }
    throw new HubException.Corrupt(what, "a JSON object or array", "something else", where);
  }

  /**
   * A field that must be a text.
   *
   * @param json the object
   * @param name the name of the field
   * @param what what the object says
   * @param where where it is from
   * @return the text
   * @throws HubException.Corrupt if there is none
   */
  public static String text(JsonNode json, String name, String what, Object where)
      throws HubException {
    JsonNode value = json.path(name);
    if (!value.isTextual()) {
      throw new HubException.Corrupt(what, "a text \"" + name + "\"", "none", where);
    }
    return value.textValue();
  }
}
