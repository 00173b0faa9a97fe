package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A version as the CNCF ModelPack format has it: a manifest, a configuration, and a layer for each
 * file. The same content has one form, so that it has one digest.
 */
final class Artifact {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String TYPE = "application/vnd.cncf.model.manifest.v1+json";
  static final String CONFIG = "application/vnd.cncf.model.config.v1+json";
  static final String PATH = "org.cncf.model.filepath";
  static final String TITLE = "org.opencontainers.image.title";
  static final String UNTESTED = "org.cncf.model.file.mediatype.untested";
  static final String CREATED = "org.opencontainers.image.created";
  static final String OWN = "io.fourierft.";
  static final String BASE_MODEL = OWN + "base-model";
  static final String TASK = OWN + "task";
  static final String TAGS = OWN + "tags";
  static final String MESSAGE = OWN + "message";
  static final String PARENT = OWN + "parent";

  static final String EMPTY_TYPE = "application/vnd.oci.empty.v1+json";
  static final byte[] EMPTY = {'{', '}'};

  private Artifact() {}

  /**
   * What goes into a manifest.
   *
   * @param files the files, in the order of their paths
   * @param metadata what the version says of itself
   * @param message what the publisher says
   * @param parent the digest of the version before it
   * @param subject what it belongs to
   */
  record Content(
      List<HubFile> files,
      Metadata metadata,
      String message,
      Optional<String> parent,
      Optional<OciDescriptor> subject) {}

  static byte[] config(List<HubFile> files) {
    ObjectNode root = Json.object();
    root.putObject("descriptor");
    ObjectNode config = root.putObject("config");
    LayerTypes.format(files).ifPresent(format -> config.put("format", format));
    ArrayNode diffIds = root.putObject("modelfs").put("type", "layers").putArray("diffIds");
    files.forEach(file -> diffIds.add(OciDescriptor.PREFIX + file.sha256()));
    return bytes(root);
  }

  static byte[] manifest(Content content, byte[] config) {
    ObjectNode root = Json.object().put("schemaVersion", 2);
    root.put("mediaType", MANIFEST).put("artifactType", TYPE);
    write(root.putObject("config"), descriptor(CONFIG, config));
    ArrayNode layers = root.putArray("layers");
    for (HubFile file : content.files()) {
      LayerTypes.Guess guess = LayerTypes.of(file.path());
      ObjectNode layer = layers.addObject();
      String digest = OciDescriptor.PREFIX + file.sha256();
      write(layer, new OciDescriptor(guess.mediaType(), digest, file.size()));
      ObjectNode notes = layer.putObject("annotations");
      notes.put(PATH, file.path()).put(TITLE, file.path());
      if (!guess.certain()) {
        notes.put(UNTESTED, "true");
      }
    }
    content.subject().ifPresent(subject -> write(root.putObject("subject"), subject));
    ObjectNode notes = annotations(content);
    if (!notes.isEmpty()) {
      root.set("annotations", notes);
    }
    return bytes(root);
  }

  private static ObjectNode annotations(Content content) {
    ObjectNode notes = Json.object();
    put(notes, BASE_MODEL, content.metadata().baseModel());
    put(notes, MESSAGE, content.message());
    put(notes, PARENT, content.parent().orElse(""));
    if (!content.metadata().tags().isEmpty()) {
      ArrayNode tags = Json.object().putArray("tags");
      content.metadata().tags().forEach(tags::add);
      notes.put(TAGS, tags.toString());
    }
    put(notes, TASK, content.metadata().task());
    return notes;
  }

  private static void put(ObjectNode notes, String key, String value) {
    if (!value.isEmpty()) {
      notes.put(key, value);
    }
  }

  /** A manifest that stands for nothing, and is no other one's. */
  static byte[] placeholder(String tag, String digest) {
    ObjectNode root = Json.object().put("schemaVersion", 2).put("mediaType", MANIFEST);
    root.put("artifactType", EMPTY_TYPE);
    OciDescriptor empty = descriptor(EMPTY_TYPE, EMPTY);
    write(root.putObject("config"), empty);
    write(root.putArray("layers").addObject(), empty);
    root.putObject("annotations").put(OWN + "removed-tag", tag + "@" + digest);
    return bytes(root);
  }

  static ObjectNode write(ObjectNode node, OciDescriptor descriptor) {
    return node.put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest())
        .put("size", descriptor.size());
  }

  static OciDescriptor descriptor(String mediaType, byte[] bytes) {
    return new OciDescriptor(mediaType, digest(bytes), bytes.length);
  }

  static String digest(byte[] bytes) {
    ContentDigest digest = ContentDigest.sha256();
    digest.update(bytes, bytes.length);
    return OciDescriptor.PREFIX + digest.hex();
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
