package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fourierft.hub.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the test registry keeps, and its answers by the distribution specification. */
final class RegistryRoutes {
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(manifests|blobs|tags|referrers)/(.*)");

  private final RegistryServer server;
  final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
  final Map<String, String> tags = new ConcurrentSkipListMap<>();
  final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  boolean referrers = true;
  boolean catalog = true;
  boolean deletesTags = true;
  boolean deletes = true;
  int page = 1000;
  int leastPiece;
  String uploadHost = "";

  RegistryRoutes(RegistryServer server) {
    this.server = server;
  }

  void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (path.equals("/v2/_catalog")) {
      listNames(exchange);
      return;
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      server.error(exchange, 404, "NAME_UNKNOWN");
      return;
    }
    String name = matcher.group(1);
    String rest = matcher.group(3);
    switch (matcher.group(2)) {
      case "manifests" -> manifest(exchange, name, rest);
      case "tags" -> listTags(exchange, name);
      case "referrers" -> listReferrers(exchange, name, rest);
      default -> {
        if (rest.startsWith("uploads/")) {
          upload(exchange, name, rest.substring("uploads/".length()));
        } else {
          blob(exchange, name, rest);
        }
      }
    }
  }

  private static String query(HttpExchange exchange, String key) {
    String query = exchange.getRequestURI().getQuery();
    for (String part : query == null ? new String[0] : query.split("&")) {
      if (part.startsWith(key + "=")) {
        return part.substring(key.length() + 1);
      }
    }
    return "";
  }

  private void blob(HttpExchange exchange, String name, String digest) throws IOException {
    byte[] bytes = blobs.get(name + "@" + digest);
    if (bytes == null) {
      server.error(exchange, 404, "BLOB_UNKNOWN");
      return;
    }
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range != null) {
      int from = Integer.parseInt(range.replaceAll("bytes=([0-9]+)-", "$1"));
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
      byte[] part = Arrays.copyOfRange(bytes, from, bytes.length);
      server.bytes(exchange, 206, "application/octet-stream", part);
      return;
    }
    server.bytes(exchange, 200, "application/octet-stream", bytes);
  }

  private void upload(HttpExchange exchange, String name, String id) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "POST" -> begin(exchange, name);
      case "PATCH" -> add(exchange, name, id);
      case "PUT" -> finish(exchange, name, id);
      default -> status(exchange, name, id, 204);
    }
  }

  private void begin(HttpExchange exchange, String name) throws IOException {
    String mount = query(exchange, "mount");
    byte[] other = blobs.get(query(exchange, "from") + "@" + mount);
    if (!mount.isEmpty() && other != null) {
      blobs.put(name + "@" + mount, other);
      server.empty(exchange, 201);
      return;
    }
    String id = UUID.randomUUID().toString();
    uploads.put(id, new ByteArrayOutputStream());
    if (leastPiece > 0) {
      exchange.getResponseHeaders().set("OCI-Chunk-Min-Length", "" + leastPiece);
    }
    exchange
        .getResponseHeaders()
        .set("Location", uploadHost + "/v2/" + name + "/blobs/uploads/" + id + "?state=1");
    server.empty(exchange, 202);
  }

  private void add(HttpExchange exchange, String name, String id) throws IOException {
    ByteArrayOutputStream upload = uploads.get(id);
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    String range = exchange.getRequestHeaders().getFirst("Content-Range");
    if (upload != null && range.startsWith(upload.size() + "-")) {
      upload.write(bytes);
      status(exchange, name, id, 202);
    } else {
      server.error(exchange, upload == null ? 404 : 416, "BLOB_UPLOAD_INVALID");
    }
  }

  void status(HttpExchange exchange, String name, String id, int status) throws IOException {
    ByteArrayOutputStream upload = uploads.get(id);
    if (upload == null) {
      server.error(exchange, 404, "BLOB_UPLOAD_UNKNOWN");
      return;
    }
    exchange
        .getResponseHeaders()
        .set("Location", "/v2/" + name + "/blobs/uploads/" + id + "?state=" + upload.size());
    exchange.getResponseHeaders().set("Range", "0-" + Math.max(0, upload.size() - 1));
    server.empty(exchange, status);
  }

  private void finish(HttpExchange exchange, String name, String id) throws IOException {
    ByteArrayOutputStream upload = uploads.remove(id);
    byte[] last = exchange.getRequestBody().readAllBytes();
    if (upload == null) {
      server.error(exchange, 404, "BLOB_UPLOAD_UNKNOWN");
      return;
    }
    upload.write(last);
    String digest = query(exchange, "digest");
    if (!Artifact.digest(upload.toByteArray()).equals(digest)) {
      server.error(exchange, 400, "DIGEST_INVALID");
      return;
    }
    blobs.put(name + "@" + digest, upload.toByteArray());
    server.empty(exchange, 201);
  }

  private void manifest(HttpExchange exchange, String name, String reference) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" -> put(exchange, name, reference);
      case "DELETE" -> delete(exchange, name, reference);
      default -> {
        String digest =
            OciDescriptor.isDigest(reference) ? reference : tags.get(name + ":" + reference);
        byte[] bytes = digest == null ? null : manifests.get(name + "@" + digest);
        if (bytes == null) {
          server.error(exchange, 404, "MANIFEST_UNKNOWN");
          return;
        }
        exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
        String type = Json.parse(bytes, "manifest", "test").path("mediaType").asText("");
        server.bytes(exchange, 200, type, bytes);
      }
    }
  }

  private void put(HttpExchange exchange, String name, String reference) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    JsonNode json = Json.parse(bytes, "manifest", "test");
    for (JsonNode layer : json.path("layers")) {
      if (!blobs.containsKey(name + "@" + layer.path("digest").asText())) {
        server.error(exchange, 404, "MANIFEST_BLOB_UNKNOWN");
        return;
      }
    }
    String digest = store(name, reference, bytes);
    exchange.getResponseHeaders().set("Docker-Content-Digest", digest);
    if (referrers && json.has("subject")) {
      String subject = json.path("subject").path("digest").asText();
      exchange.getResponseHeaders().set("OCI-Subject", subject);
    }
    server.empty(exchange, 201);
  }

  String store(String name, String tag, byte[] bytes) {
    String digest = Artifact.digest(bytes);
    manifests.put(name + "@" + digest, bytes);
    if (!OciDescriptor.isDigest(tag)) {
      tags.put(name + ":" + tag, digest);
    }
    return digest;
  }

  private void delete(HttpExchange exchange, String name, String reference) throws IOException {
    boolean isDigest = OciDescriptor.isDigest(reference);
    if (!deletes || (!isDigest && !deletesTags)) {
      server.error(exchange, 405, "UNSUPPORTED");
      return;
    }
    boolean gone =
        isDigest
            ? manifests.remove(name + "@" + reference) != null
            : tags.remove(name + ":" + reference) != null;
    if (isDigest) {
      tags.entrySet()
          .removeIf(tag -> tag.getKey().startsWith(name + ":") && tag.getValue().equals(reference));
    }
    server.empty(exchange, gone ? 202 : 404);
  }

  private void listTags(HttpExchange exchange, String name) throws IOException {
    Set<String> names = new TreeSet<>();
    tags.keySet().stream()
        .filter(tag -> tag.startsWith(name + ":"))
        .forEach(tag -> names.add(tag.substring(name.length() + 1)));
    page(exchange, "tags", List.copyOf(names));
  }

  private void listNames(HttpExchange exchange) throws IOException {
    if (!catalog) {
      server.error(exchange, 404, "NOT_FOUND");
      return;
    }
    Set<String> names = new TreeSet<>();
    tags.keySet().forEach(tag -> names.add(tag.substring(0, tag.indexOf(':'))));
    page(exchange, "repositories", List.copyOf(names));
  }

  private void page(HttpExchange exchange, String field, List<String> sorted) throws IOException {
    String last = query(exchange, "last");
    List<String> left = sorted.stream().filter(name -> name.compareTo(last) > 0).toList();
    List<String> some = left.subList(0, Math.min(page, left.size()));
    if (some.size() < left.size()) {
      String next =
          exchange.getRequestURI().getPath() + "?n=" + page + "&last=" + some.get(some.size() - 1);
      exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
    }
    ObjectNode json = Json.object();
    ArrayNode array = json.putArray(field);
    some.forEach(array::add);
    server.send(exchange, 200, "application/json", json);
  }

  private void listReferrers(HttpExchange exchange, String name, String digest) throws IOException {
    if (!referrers) {
      server.error(exchange, 404, "NOT_FOUND");
      return;
    }
    ObjectNode index = Json.object().put("schemaVersion", 2).put("mediaType", Artifact.INDEX);
    ArrayNode array = index.putArray("manifests");
    for (Map.Entry<String, byte[]> manifest : new TreeMap<>(manifests).entrySet()) {
      JsonNode json = Json.parse(manifest.getValue(), "manifest", "test");
      if (manifest.getKey().startsWith(name + "@")
          && json.path("subject").path("digest").asText("").equals(digest)) {
        OciDescriptor own = Artifact.descriptor(Artifact.MANIFEST, manifest.getValue());
        Artifact.write(array.addObject(), own).put("artifactType", Artifact.TYPE);
      }
    }
    server.send(exchange, 200, Artifact.INDEX, index);
  }
}
