package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fourierft.hub.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part of the test server that takes files. */
final class HubUploads {
  private final HubServer server;

  HubUploads(HubServer server) {
    this.server = server;
  }

  void preupload(HttpExchange exchange, HubRepo repo) throws IOException {
    ObjectNode answer = Json.object().put("commitOid", repo.at("main").id());
    ArrayNode files = answer.putArray("files");
    for (JsonNode file : HubServer.json(exchange).path("files")) {
      String path = file.path("path").asText();
      boolean large = path.endsWith(".safetensors") || path.endsWith(".fft");
      ObjectNode item = files.addObject().put("path", path).put("shouldIgnore", false);
      item.put("uploadMode", large ? "lfs" : "regular");
      HubRepo.Blob there = repo.at("main").files().get(path);
      if (there != null) {
        item.put("oid", there.etag());
      }
    }
    server.send(exchange, 200, answer);
  }

  /** The batch interface, and where files and parts are confirmed. */
  void lfs(HttpExchange exchange, String action) throws IOException {
    JsonNode body = HubServer.json(exchange);
    String oid = body.path("oid").asText("");
    if (action.startsWith("verify")) {
      byte[] stored = server.store.get(oid);
      boolean whole = stored != null && stored.length == body.path("size").asInt();
      server.send(exchange, whole ? 200 : 404, Json.object());
      return;
    }
    if (action.startsWith("complete")) {
      complete(exchange, oid, body.path("parts").size());
      return;
    }
    String home = exchange.getRequestURI().getPath().replace("/info/lfs/objects/batch", "");
    ObjectNode answer = Json.object().put("transfer", "basic");
    ArrayNode objects = answer.putArray("objects");
    for (JsonNode object : body.path("objects")) {
      String sha256 = object.path("oid").asText();
      long size = object.path("size").asLong();
      ObjectNode item = objects.addObject().put("oid", sha256).put("size", size);
      if (!server.store.containsKey(sha256)) {
        actions(item.putObject("actions"), home, sha256, size);
      }
    }
    server.send(exchange, 200, answer);
  }

  private void actions(ObjectNode actions, String home, String sha256, long size) {
    // As servers behind another name do, the official one is named for what needs the token.
    actions.putObject("verify").put("href", server.url() + home + "/verify");
    ObjectNode upload = actions.putObject("upload");
    ObjectNode header = upload.putObject("header");
    if (server.chunkSize == 0) {
      upload.put("href", server.elsewhere() + "/lfs-store/" + sha256);
      return;
    }
    upload.put("href", server.url() + home + "/complete");
    header.put("chunk_size", "" + server.chunkSize);
    for (int part = 1; (part - 1L) * server.chunkSize < size; part++) {
      String name = String.format("%05d", part);
      header.put(name, server.elsewhere() + "/lfs-store/" + sha256 + "-" + name);
    }
  }

  /** Takes bytes under their digest, which must be theirs, or a part under any name. */
  void store(HttpExchange exchange, String name) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    String sha256 = new HubRepo.Blob(bytes, true).sha256();
    if (!name.contains("-") && !name.equals(sha256)) {
      server.error(exchange, 400, "");
      return;
    }
    server.store.put(name, bytes);
    exchange.getResponseHeaders().set("ETag", "\"" + sha256.substring(0, 32) + "\"");
    server.bytes(exchange, 200, new byte[0]);
  }

  private void complete(HttpExchange exchange, String oid, int parts) throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int part = 1; part <= parts; part++) {
      whole.write(server.store.get(oid + "-" + String.format("%05d", part)));
    }
    boolean good = new HubRepo.Blob(whole.toByteArray(), true).sha256().equals(oid);
    if (good) {
      server.store.put(oid, whole.toByteArray());
    }
    server.send(exchange, good ? 200 : 400, Json.object());
  }

  void commit(HttpExchange exchange, HubRepo repo, String branch) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    HubRepo.Commit head = repo.at(branch);
    SortedMap<String, HubRepo.Blob> files = new TreeMap<>(head.files());
    String title = "";
    for (String line : body.split("\n")) {
      JsonNode json = Json.parse(line.getBytes(StandardCharsets.UTF_8), "line", "test server");
      JsonNode value = json.path("value");
      String path = value.path("path").asText();
      switch (json.path("key").asText()) {
        case "header" -> {
          title = value.path("summary").asText();
          if (!value.path("parentCommit").asText(head.id()).equals(head.id())) {
            server.error(exchange, 412, "");
            return;
          }
        }
        case "file" ->
            files.put(
                path,
                new HubRepo.Blob(
                    Base64.getDecoder().decode(value.path("content").asText()), false));
        case "lfsFile" ->
            files.put(path, new HubRepo.Blob(server.store.get(value.path("oid").asText()), true));
        case "deletedFile" -> files.remove(path);
        case "deletedFolder" -> files.keySet().removeIf(name -> name.startsWith(path));
        default -> throw new IOException("unknown line " + line);
      }
    }
    boolean pull = "1".equals(HubRoutes.query(exchange, "create_pr", ""));
    String target = pull ? "refs/pr/" + (repo.pulls.size() + 1) : branch;
    String id = repo.commit(target, head.id(), title, files);
    ObjectNode answer = Json.object().put("success", true).put("commitOid", id);
    answer.put("commitUrl", server.url() + "/" + repo.name + "/commit/" + id);
    if (pull) {
      String number = target.substring("refs/pr/".length());
      answer.put("pullRequestUrl", server.url() + "/" + repo.name + "/discussions/" + number);
    }
    server.send(exchange, 200, answer.put("hookOutput", ""));
  }
}
