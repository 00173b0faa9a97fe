package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A manifest of a registry, read and checked.
 *
 * @param digest its digest
 * @param bytes its bytes
 * @param content what it says
 * @param created when it says it was made, the epoch if it does not
 */
record StoredManifest(String digest, byte[] bytes, Artifact.Content content, Instant created) {
  /** Reads a manifest whose digest was checked before. */
  static StoredManifest read(byte[] bytes, String what, Object where) throws IOException {
    JsonNode root = Json.parse(bytes, what, where);
    require(what, "schemaVersion 2", root.path("schemaVersion").asText(""), "2", where);
    String type =
        root.path("artifactType").asText(root.path("config").path("mediaType").asText(""));
    if (!type.equals(Artifact.TYPE) && !type.equals(Artifact.CONFIG)) {
      throw new HubException.Unsupported(
          what, "artifact type " + Artifact.TYPE, "\"" + type + "\"", where);
    }
    String config = root.path("config").path("mediaType").asText("");
    require(what, "config of type " + Artifact.CONFIG, config, Artifact.CONFIG, where);
    descriptor(root.path("config"), "config of " + what, where);
    JsonNode notes = root.path("annotations");
    Artifact.Content content =
        new Artifact.Content(
            files(root.path("layers"), what, where),
            metadata(notes, what, where),
            notes.path(Artifact.MESSAGE).asText(""),
            parent(notes, what, where),
            subject(root.path("subject"), what, where));
    return new StoredManifest(Artifact.digest(bytes), bytes, content, created(notes));
  }

  private static void require(
      String what, String expected, String found, String wanted, Object where) throws HubException {
    if (!found.equals(wanted)) {
      throw new HubException.Unsupported(what, expected, "\"" + found + "\"", where);
    }
  }

  static OciDescriptor descriptor(JsonNode node, String what, Object where) throws HubException {
    return OciDescriptor.of(
        node.path("mediaType").asText(""),
        node.path("digest").asText(""),
        node.path("size").asLong(-1),
        what,
        where);
  }

  private static List<HubFile> files(JsonNode layers, String what, Object where)
      throws HubException {
    if (!layers.isArray() || layers.isEmpty()) {
      throw new HubException.Corrupt(what, "layers", "none", where);
    }
    if (layers.size() > Publication.MAX_FILES) {
      throw new HubException.TooLarge(
          what, Publication.MAX_FILES + " files at most", "" + layers.size(), where);
    }
    List<HubFile> files = new ArrayList<>();
    for (JsonNode layer : layers) {
      OciDescriptor descriptor = descriptor(layer, "layer of " + what, where);
      if (!LayerTypes.RAW.contains(descriptor.mediaType())) {
        throw new HubException.Unsupported(
            "layer of " + what,
            "a file as it is (application/vnd.cncf.model.*.v1.raw)",
            descriptor.mediaType(),
            where);
      }
      JsonNode notes = layer.path("annotations");
      String path = notes.path(Artifact.PATH).asText(notes.path(Artifact.TITLE).asText(""));
      try {
        files.add(new HubFile(path, descriptor.size(), descriptor.hex()));
      } catch (IllegalArgumentException e) {
        HubException told =
            new HubException.Corrupt(what, "safe file names", e.getMessage(), where);
        told.initCause(e);
        throw told;
      }
    }
    files.sort(Comparator.comparing(HubFile::path));
    return files;
  }

  private static Metadata metadata(JsonNode notes, String what, Object where) throws IOException {
    List<String> tags = new ArrayList<>();
    String text = notes.path(Artifact.TAGS).asText("");
    if (!text.isEmpty()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Json.parse(bytes, "tags of " + what, where).forEach(tag -> tags.add(tag.asText("")));
    }
    try {
      return new Metadata(
          notes.path(Artifact.BASE_MODEL).asText(""), notes.path(Artifact.TASK).asText(""), tags);
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Corrupt("annotations of " + what, "metadata", e.getMessage(), where);
      told.initCause(e);
      throw told;
    }
  }

  private static Optional<String> parent(JsonNode notes, String what, Object where)
      throws HubException {
    String parent = notes.path(Artifact.PARENT).asText("");
    if (!parent.isEmpty() && !OciDescriptor.isDigest(parent)) {
      throw new HubException.Corrupt(
          "annotation " + Artifact.PARENT + " of " + what, "a digest", "something else", where);
    }
    return Optional.of(parent).filter(text -> !text.isEmpty());
  }

  private static Optional<OciDescriptor> subject(JsonNode node, String what, Object where)
      throws HubException {
    return node.isObject()
        ? Optional.of(descriptor(node, "subject of " + what, where))
        : Optional.empty();
  }

  private static Instant created(JsonNode notes) {
    try {
      return Instant.parse(notes.path(Artifact.CREATED).asText(""));
    } catch (DateTimeException e) {
      // The time is only for people to read; a version is named by its digest.
      return Instant.EPOCH;
    }
  }

  Version version(RepoId repo) {
    List<String> parents = content.parent().map(OciDescriptor::hex).stream().toList();
    return new Version(repo, OciDescriptor.hex(digest), parents, created, content.message());
  }

  Manifest manifest(RepoId repo) {
    return new Manifest(version(repo), content.metadata(), content.files());
  }

  OciDescriptor descriptor() {
    return new OciDescriptor(Artifact.MANIFEST, digest, bytes.length);
  }

  /** Tells whether it holds these files and says this of itself. */
  boolean isSame(List<HubFile> files, Metadata metadata, Optional<OciDescriptor> subject) {
    return content.files().equals(files)
        && content.metadata().equals(metadata)
        && content.subject().equals(subject);
  }
}
