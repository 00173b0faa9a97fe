package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The manifests that belong to another one. A registry that does not keep the list itself has it
 * under the tag {@code sha256-<digits>}, where clients keep it.
 */
final class Referrers {
  private final Registry registry;
  private final String name;

  Referrers(Registry registry, String name) {
    this.registry = registry;
    this.name = name;
  }

  static String tag(String digest) {
    return digest.replace(':', '-');
  }

  static boolean isTag(String tag) {
    return tag.matches("sha256-[0-9a-f]{64}");
  }

  List<OciDescriptor> of(String digest) throws IOException {
    List<OciDescriptor> found = new ArrayList<>();
    for (JsonNode node : nodes(digest)) {
      found.add(StoredManifest.descriptor(node, "referrer of " + digest, registry.uri(name, "")));
    }
    return List.copyOf(found);
  }

  private List<JsonNode> nodes(String digest) throws IOException {
    try {
      return registry.referrers(name, digest);
    } catch (HubException.NotFound | HubException.Unsupported e) {
      // This registry keeps no such list.
      return tagged(digest);
    }
  }

  private List<JsonNode> tagged(String digest) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    try {
      Registry.Raw index = registry.manifest(name, tag(digest), Artifact.INDEX);
      JsonNode root = Json.parse(index.bytes(), "referrers of " + digest, registry.uri(name, ""));
      root.path("manifests").forEach(found::add);
    } catch (HubException.NotFound e) {
      // Nothing belongs to it yet.
      found.clear();
    }
    return found;
  }

  /** Adds a manifest to the list that clients keep. */
  void add(OciDescriptor subject, OciDescriptor manifest, JsonNode annotations) throws IOException {
    List<JsonNode> known = tagged(subject.digest());
    for (JsonNode node : known) {
      if (node.path("digest").asText("").equals(manifest.digest())) {
        return;
      }
    }
    ObjectNode index = Json.object().put("schemaVersion", 2).put("mediaType", Artifact.INDEX);
    ArrayNode manifests = index.putArray("manifests");
    known.forEach(manifests::add);
    ObjectNode own = Artifact.write(manifests.addObject(), manifest);
    own.put("artifactType", Artifact.TYPE);
    if (annotations.isObject()) {
      own.set("annotations", annotations);
    }
    byte[] bytes = index.toString().getBytes(StandardCharsets.UTF_8);
    registry.put(name, tag(subject.digest()), Artifact.INDEX, bytes);
  }
}
