package io.fourierft.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The JSON form of {@link VersionRecord}: one record has exactly one form, so that the digest of
 * the bytes can be the id of the version.
 */
final class VersionJson {
  /** The longest form that is read: a thousand files with long names fit in. */
  static final int MAX_BYTES = 4 << 20;

  private static final int FORMAT = 1;
  private static final int MAX_DEPTH = 8;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_BYTES)
                  .maxDocumentLength(MAX_BYTES)
                  .build())
          .build();
  private static final JsonMapper MAPPER =
      JsonMapper.builder(FACTORY).enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private VersionJson() {}

  static byte[] write(VersionRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeNumberField("format", FORMAT);
      json.writeStringField("repo", record.repo().toString());
      json.writeNumberField("sequence", record.sequence());
      json.writeNumberField("base", record.base());
      json.writeStringField("parent", record.parent());
      json.writeBooleanField("deleted", record.deleted());
      json.writeStringField("created", record.created().toString());
      json.writeStringField("message", record.message());
      json.writeStringField("base_model", record.metadata().baseModel());
      json.writeStringField("task", record.metadata().task());
      json.writeArrayFieldStart("tags");
      for (String tag : record.metadata().tags()) {
        json.writeString(tag);
      }
      json.writeEndArray();
      writeFiles(json, record.files());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void writeFiles(JsonGenerator json, List<HubFile> files) throws IOException {
    json.writeArrayFieldStart("files");
    for (HubFile file : files) {
      json.writeStartObject();
      json.writeStringField("path", file.path());
      json.writeNumberField("size", file.size());
      json.writeStringField("sha256", file.sha256());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Reads a record; a record that breaks a rule of the value types is corrupt. */
  static VersionRecord read(byte[] bytes, Path where) throws IOException {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      long format = number(json, "format");
      if (format != FORMAT) {
        throw new HubException.Unsupported(
            "version record", "format " + FORMAT, "format " + format, where);
      }
      return new VersionRecord(
          RepoId.parse(text(json, "repo")),
          number(json, "sequence"),
          number(json, "base"),
          text(json, "parent"),
          flag(json, "deleted"),
          Instant.parse(text(json, "created")),
          text(json, "message"),
          new Metadata(text(json, "base_model"), text(json, "task"), texts(json, "tags")),
          files(require(json, "files")));
    } catch (HubException e) {
      throw e;
    } catch (IOException | DateTimeException | IllegalArgumentException e) {
      throw corrupt(e, where);
    }
  }

  private static List<HubFile> files(JsonNode array) {
    List<HubFile> files = new ArrayList<>();
    TreeMap<String, String> taken = new TreeMap<>();
    for (JsonNode file : array) {
      String path = text(file, "path");
      PathSets.add(taken, path);
      files.add(new HubFile(path, number(file, "size"), text(file, "sha256")));
    }
    return files;
  }

  private static List<String> texts(JsonNode json, String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : require(json, name)) {
      texts.add(asText(text, name));
    }
    return texts;
  }

  private static String text(JsonNode json, String name) {
    return asText(require(json, name), name);
  }

  private static String asText(JsonNode value, String name) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException("no text in field \"" + name + "\"");
    }
    return value.textValue();
  }

  private static long number(JsonNode json, String name) {
    JsonNode value = require(json, name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException("no whole number in field \"" + name + "\"");
    }
    return value.longValue();
  }

  private static boolean flag(JsonNode json, String name) {
    JsonNode value = require(json, name);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("no true or false in field \"" + name + "\"");
    }
    return value.booleanValue();
  }

  private static JsonNode require(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no field \"" + name + "\"");
    }
    return value;
  }

  private static HubException corrupt(Exception fault, Path where) {
    String reason = fault.getMessage();
    int line = reason == null ? -1 : reason.indexOf('\n');
    String found = line < 0 ? String.valueOf(reason) : reason.substring(0, line);
    HubException told =
        new HubException.Corrupt("version record", "valid JSON of its fields", found, where);
    told.initCause(fault);
    return told;
  }

  /** The marker that makes a directory a hub. */
  static byte[] marker() {
    return ("{\"kind\":\"fourierft-directory-hub\",\"format\":" + FORMAT + "}\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Refuses a marker of another kind or a newer format. */
  static void requireMarker(byte[] bytes, Path where) throws IOException {
    String expected = new String(marker(), StandardCharsets.UTF_8).strip();
    String found = new String(bytes, StandardCharsets.UTF_8).strip();
    if (!found.equals(expected)) {
      throw new HubException.Unsupported("directory hub", expected, found, where);
    }
  }
}
