package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.TransferListener;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.FileSlice;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Large file storage: what is not there yet is sent, in one piece or in several, and verified. */
final class LargeFiles {
  private static final String TYPE = "application/vnd.git-lfs+json";
  private static final String OFFICIAL = "https://huggingface.co/";
  private static final int MAX_PARTS = 10_000;

  private final Api api;
  private final RepoId repo;
  private final TransferListener listener;

  LargeFiles(Api api, RepoId repo, TransferListener listener) {
    this.api = api;
    this.repo = repo;
    this.listener = listener;
  }

  /** Sends files, all of which the storage holds afterwards. */
  void send(List<LocalFile> files) throws IOException {
    Map<String, LocalFile> bySha256 = new TreeMap<>();
    files.forEach(file -> bySha256.put(file.sha256(), file));
    if (bySha256.isEmpty()) {
      return;
    }
    Call call =
        Call.text("POST", api.paths().lfs(repo), TYPE, request(bySha256)).with("Accept", TYPE);
    JsonNode answer = api.json(call, "large files of " + repo);
    Map<String, JsonNode> objects = new HashMap<>();
    answer.path("objects").forEach(object -> objects.put(object.path("oid").asText(""), object));
    for (LocalFile file : bySha256.values()) {
      JsonNode object = objects.get(file.sha256());
      if (object == null) {
        throw refused(file, "an answer", "none");
      }
      send(file, object);
    }
  }

  private static String request(Map<String, LocalFile> files) {
    ObjectNode body = Json.object().put("operation", "upload");
    body.putArray("transfers").add("basic").add("multipart");
    ArrayNode objects = body.putArray("objects");
    files
        .values()
        .forEach(file -> objects.addObject().put("oid", file.sha256()).put("size", file.size()));
    body.put("hash_algo", "sha256").putObject("ref").put("name", "main");
    return body.toString();
  }

  private void send(LocalFile file, JsonNode object) throws IOException {
    if (object.path("error").isObject()) {
      throw refused(file, "to be taken", object.path("error").path("message").asText("an error"));
    }
    JsonNode upload = object.path("actions").path("upload");
    if (upload.isObject()) {
      JsonNode header = upload.path("header");
      if (header.path("chunk_size").isMissingNode()) {
        put(file, href(file, upload), part(file, 0, file.size()));
      } else {
        sendParts(file, href(file, upload), header);
      }
    }
    JsonNode verify = object.path("actions").path("verify");
    if (verify.isObject()) {
      String body = Json.object().put("oid", file.sha256()).put("size", file.size()).toString();
      api.tell(Call.json("POST", href(file, verify), body), "stored " + file.path());
    }
  }

  private String put(LocalFile file, URI uri, BodyPublisher body) throws IOException {
    try (Reply reply = api.wire().require(Call.put(uri, body), "upload of " + file.path())) {
      return reply.header("ETag").orElse("");
    }
  }

  private void sendParts(LocalFile file, URI complete, JsonNode header) throws IOException {
    long chunk = header.path("chunk_size").asLong(0);
    SortedMap<Integer, URI> parts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : header.properties()) {
      if (field.getKey().matches("[0-9]{1,5}")) {
        parts.put(Integer.valueOf(field.getKey()), uri(file, field.getValue().asText("")));
      }
    }
    long needed = chunk < 1 ? 0 : (file.size() + chunk - 1) / chunk;
    if (needed < 1 || needed > MAX_PARTS || parts.size() != needed || parts.lastKey() != needed) {
      throw refused(file, needed + " parts", "" + parts.size());
    }
    ObjectNode body = Json.object().put("oid", file.sha256());
    ArrayNode done = body.putArray("parts");
    for (Map.Entry<Integer, URI> part : parts.entrySet()) {
      long from = (part.getKey() - 1) * chunk;
      String etag =
          put(file, part.getValue(), part(file, from, Math.min(chunk, file.size() - from)));
      if (etag.isEmpty()) {
        throw refused(file, "an ETag for part " + part.getKey(), "none");
      }
      done.addObject().put("partNumber", part.getKey()).put("etag", etag);
    }
    api.tell(
        Call.text("POST", complete, TYPE, body.toString()).with("Accept", TYPE),
        "parts of " + file.path());
  }

  private BodyPublisher part(LocalFile file, long from, long length) {
    return FileSlice.publisher(
        file.source(), from, length, sent -> listener.moved(file.path(), from + sent, file.size()));
  }

  private URI href(LocalFile file, JsonNode action) throws HubException {
    return uri(file, action.path("href").asText(""));
  }

  /** Servers behind another name may still say where the official one would keep it. */
  private URI uri(LocalFile file, String href) throws HubException {
    try {
      URI uri =
          href.startsWith(OFFICIAL)
              ? api.paths().root("/" + href.substring(OFFICIAL.length()))
              : URI.create(href);
      if (("https".equals(uri.getScheme()) || api.wire().allowsPlain(uri))
          && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      HubException told = refused(file, "an address to send it to", "something else");
      told.initCause(e);
      throw told;
    }
    throw refused(file, "an https address to send it to", "another");
  }

  private HubException refused(LocalFile file, String expected, String found) {
    return new HubException.Failed(
        "large file " + file.path(), expected, found, Wire.show(api.paths().lfs(repo)));
  }
}
