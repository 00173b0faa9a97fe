package io.fourierft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.RepoSummary;
import io.fourierft.hub.Version;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Collection;

/** What hub commands print for programs. */
final class Results {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Results() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static ArrayNode array() {
    return JSON.createArrayNode();
  }

  static ObjectNode of(Version version) {
    ObjectNode object = object().put("repository", version.repo().toString());
    object.put("version", version.id()).set("parents", texts(version.parents()));
    object.put("created", version.created().equals(Instant.EPOCH) ? "" : "" + version.created());
    return object.put("message", version.message());
  }

  static ObjectNode of(RepoSummary repo) {
    return addMetadata(of(repo.head()), repo.metadata());
  }

  static ObjectNode of(Manifest manifest) {
    ObjectNode object = addMetadata(of(manifest.version()), manifest.metadata());
    ArrayNode files = object.putArray("files");
    manifest
        .files()
        .forEach(
            file ->
                files
                    .addObject()
                    .put("path", file.path())
                    .put("size", file.size())
                    .put("sha256", file.sha256()));
    return object;
  }

  private static ObjectNode addMetadata(ObjectNode object, Metadata metadata) {
    object.put("base_model", metadata.baseModel()).put("task", metadata.task());
    object.set("keywords", texts(metadata.tags()));
    return object;
  }

  static ArrayNode texts(Collection<String> texts) {
    ArrayNode array = array();
    texts.forEach(array::add);
    return array;
  }

  static void print(PrintWriter out, JsonNode json) {
    try {
      out.println(JSON.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers can always be written", e);
    }
    out.flush();
  }
}
