package io.fourierft.hub.huggingface;

import static io.fourierft.hub.huggingface.HubServer.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.ModelCard;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What the test server answers to which address. */
final class HubRoutes {
  private static final String MODELS = "/api/models/";

  private final HubServer server;
  private final HubUploads uploads;

  HubRoutes(HubServer server) {
    this.server = server;
    this.uploads = new HubUploads(server);
  }

  void serve(HttpExchange exchange, boolean authorized) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String method = exchange.getRequestMethod();
    if (path.startsWith("/cdn/")) {
      String sha256 = path.substring("/cdn/".length());
      exchange.getResponseHeaders().set("ETag", "\"" + sha256 + "\"");
      server.content(exchange, server.store.get(sha256));
    } else if (path.startsWith("/lfs-store/")) {
      uploads.store(exchange, path.substring("/lfs-store/".length()));
    } else if (!method.equals("GET") && !method.equals("HEAD") && !authorized) {
      server.error(exchange, 401, "");
    } else if (path.equals("/api/whoami-v2")) {
      ObjectNode user = Json.object().put("type", "user").put("id", "1").put("name", "acme");
      user.put("fullname", "Acme").put("email", "a@acme.example").put("emailVerified", true);
      user.put("canPay", false).put("isPro", false).put("avatarUrl", "").putArray("orgs");
      server.send(exchange, 200, user);
    } else if (path.startsWith("/api/repos/")) {
      repos(exchange, path.substring("/api/repos/".length()));
    } else if (path.equals("/api/validate-yaml")) {
      ObjectNode good = Json.object();
      good.putArray("errors");
      good.putArray("warnings");
      server.send(exchange, 200, good);
    } else if (path.equals("/api/models")) {
      search(exchange);
    } else if (path.startsWith(MODELS)) {
      api(exchange, path.substring(MODELS.length()).split("/", 4));
    } else {
      files(exchange, path.substring(1).split("/", 5));
    }
  }

  private void repos(HttpExchange exchange, String action) throws IOException {
    JsonNode body = HubServer.json(exchange);
    String name = body.path("organization").asText("acme") + "/" + body.path("name").asText();
    if (action.equals("delete")) {
      boolean there = server.repos.remove(name) != null;
      server.send(exchange, there ? 200 : 404, Json.object().put("success", there));
      return;
    }
    boolean fresh = server.repos.putIfAbsent(name, new HubRepo(name)) == null;
    ObjectNode answer = Json.object().put("url", server.url() + "/" + name).put("name", name);
    if (!fresh) {
      answer.put("error", "You already created this model repo");
    }
    server.send(exchange, fresh ? 200 : 409, answer.put("id", "1"));
  }

  /** {@code <namespace>/<name>[/<action>[/<rest>]]}. */
  private void api(HttpExchange exchange, String[] parts) throws IOException {
    HubRepo repo = server.repos.get(parts[0] + "/" + parts[1]);
    if (repo == null) {
      server.error(exchange, 404, "RepoNotFound");
      return;
    }
    String action = parts.length > 2 ? parts[2] : "revision";
    String rest = parts.length > 3 ? parts[3] : "main";
    synchronized (repo) {
      switch (action) {
        case "preupload" -> uploads.preupload(exchange, repo);
        case "commit" -> uploads.commit(exchange, repo, decode(rest));
        case "refs" -> refs(exchange, repo);
        case "branch" -> branch(exchange, repo, decode(rest));
        case "tag" -> tag(exchange, repo, decode(rest));
        default -> read(exchange, repo, action, rest);
      }
    }
  }

  private void read(HttpExchange exchange, HubRepo repo, String action, String rest)
      throws IOException {
    HubRepo.Commit commit = repo.at(decode(rest.split("/")[0]));
    if (commit == null) {
      server.error(exchange, 404, "RevisionNotFound");
      return;
    }
    switch (action) {
      case "revision" -> server.send(exchange, 200, info(repo, commit));
      case "tree" -> tree(exchange, commit);
      case "paths-info" -> pathsInfo(exchange, commit);
      case "commits" -> commits(exchange, repo, commit);
      default -> server.error(exchange, 404, "");
    }
  }

  private ObjectNode info(HubRepo repo, HubRepo.Commit commit) {
    ObjectNode info = Json.object().put("_id", "1").put("id", repo.name).put("modelId", repo.name);
    info.put("sha", commit.id()).put("lastModified", "" + commit.date()).put("private", false);
    info.put("createdAt", "" + commit.date()).put("downloads", 0).put("likes", 0);
    info.put("gated", false).put("disabled", false).put("author", repo.name.split("/")[0]);
    ArrayNode tags = info.putArray("tags");
    HubRepo.Blob card = commit.files().get(ModelCard.FILE);
    if (card != null) {
      Metadata said = ModelCard.parse(new String(card.bytes(), StandardCharsets.UTF_8)).metadata();
      said.tags().forEach(tags::add);
      if (!said.baseModel().isEmpty()) {
        tags.add("base_model:" + said.baseModel()).add("base_model:adapter:" + said.baseModel());
      }
      if (!said.task().isEmpty()) {
        info.put("pipeline_tag", said.task());
      }
    }
    ArrayNode siblings = info.putArray("siblings");
    commit.files().keySet().forEach(path -> siblings.addObject().put("rfilename", path));
    return info;
  }

  private static ObjectNode item(String path, HubRepo.Blob blob) {
    ObjectNode item = Json.object().put("type", "file").put("path", path);
    item.put("oid", blob.git()).put("size", blob.bytes().length);
    if (blob.large()) {
      item.putObject("lfs")
          .put("oid", blob.sha256())
          .put("size", blob.bytes().length)
          .put("pointerSize", 131);
    }
    return item;
  }

  private void tree(HttpExchange exchange, HubRepo.Commit commit) throws IOException {
    int from = Integer.parseInt(query(exchange, "cursor", "0"));
    List<String> paths = List.copyOf(commit.files().keySet());
    int to = Math.min(paths.size(), from + server.pageSize);
    ArrayNode page = Json.object().putArray("page");
    for (String path : paths.subList(from, to)) {
      page.add(item(path, commit.files().get(path)));
    }
    if (to < paths.size()) {
      link(exchange, to);
    }
    server.send(exchange, 200, page);
  }

  private void link(HttpExchange exchange, int cursor) {
    String target = exchange.getRequestURI().toString().replaceAll("[?&]cursor=[0-9]+", "");
    String next = server.url() + target + (target.contains("?") ? "&" : "?") + "cursor=" + cursor;
    exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
  }

  private void pathsInfo(HttpExchange exchange, HubRepo.Commit commit) throws IOException {
    ArrayNode found = Json.object().putArray("found");
    for (JsonNode path : HubServer.json(exchange).path("paths")) {
      HubRepo.Blob blob = commit.files().get(path.asText());
      if (blob != null) {
        ObjectNode item = item(path.asText(), blob);
        item.putObject("lastCommit")
            .put("id", commit.id())
            .put("title", commit.title())
            .put("date", "" + commit.date());
        found.add(item);
      }
    }
    server.send(exchange, 200, found);
  }

  private void commits(HttpExchange exchange, HubRepo repo, HubRepo.Commit from)
      throws IOException {
    ArrayNode page = Json.object().putArray("page");
    for (HubRepo.Commit commit : repo.history(from)) {
      ObjectNode item = page.addObject().put("id", commit.id()).put("title", commit.title());
      item.put("message", "").put("date", "" + commit.date()).putArray("authors");
    }
    server.send(exchange, 200, page);
  }

  private void refs(HttpExchange exchange, HubRepo repo) throws IOException {
    ObjectNode refs = Json.object();
    refs.putArray("converts");
    for (String kind : List.of("branches", "tags")) {
      ArrayNode array = refs.putArray(kind);
      Map<String, String> names = kind.equals("tags") ? repo.tags : repo.branches;
      String prefix = kind.equals("tags") ? "refs/tags/" : "refs/heads/";
      names.forEach(
          (name, id) ->
              array
                  .addObject()
                  .put("name", name)
                  .put("ref", prefix + name)
                  .put("targetCommit", id));
    }
    server.send(exchange, 200, refs);
  }

  private void branch(HttpExchange exchange, HubRepo repo, String name) throws IOException {
    JsonNode body = HubServer.json(exchange);
    if (exchange.getRequestMethod().equals("DELETE")) {
      server.error(exchange, repo.branches.remove(name) == null ? 404 : 200, "");
      return;
    }
    HubRepo.Commit start = repo.at(body.path("startingPoint").asText("main"));
    boolean fresh = start != null && repo.branches.putIfAbsent(name, start.id()) == null;
    server.send(exchange, fresh ? 201 : 409, Json.object());
  }

  private void tag(HttpExchange exchange, HubRepo repo, String rest) throws IOException {
    JsonNode body = HubServer.json(exchange);
    if (exchange.getRequestMethod().equals("DELETE")) {
      server.error(exchange, repo.tags.remove(rest) == null ? 404 : 200, "");
      return;
    }
    String id = repo.at(rest).id();
    boolean fresh = repo.tags.putIfAbsent(body.path("tag").asText(), id) == null;
    server.send(exchange, fresh ? 201 : 409, Json.object());
  }

  private void search(HttpExchange exchange) throws IOException {
    ArrayNode found = Json.object().putArray("found");
    String search = query(exchange, "search", "");
    String author = query(exchange, "author", "");
    List<String> filters = queries(exchange, "filter");
    for (HubRepo repo : server.repos.values()) {
      ObjectNode info = info(repo, repo.at("main"));
      String tags = info.path("tags").toString();
      if (repo.name.contains(search)
          && repo.name.startsWith(author)
          && filters.stream().allMatch(filter -> tags.contains("\"" + filter + "\""))) {
        found.add(info);
      }
    }
    server.send(exchange, 200, found);
  }

  static String query(HttpExchange exchange, String name, String other) {
    List<String> values = queries(exchange, name);
    return values.isEmpty() ? other : values.get(0);
  }

  private static List<String> queries(HttpExchange exchange, String name) {
    String raw = exchange.getRequestURI().getRawQuery();
    return Arrays.stream((raw == null ? "" : raw).split("&"))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> decode(pair.substring(name.length() + 1)))
        .toList();
  }

  /** {@code <namespace>/<name>/resolve/<revision>/<path>} and the large file interface. */
  private void files(HttpExchange exchange, String[] parts) throws IOException {
    if (parts[1].endsWith(".git")) {
      uploads.lfs(exchange, String.join("/", Arrays.copyOfRange(parts, 2, parts.length)));
      return;
    }
    HubRepo repo = server.repos.get(parts[0] + "/" + parts[1]);
    if (repo == null) {
      server.error(exchange, 404, "RepoNotFound");
      return;
    }
    HubRepo.Commit commit = repo.at(decode(parts[3]));
    if (commit == null) {
      server.error(exchange, 404, "RevisionNotFound");
      return;
    }
    exchange.getResponseHeaders().set("X-Repo-Commit", commit.id());
    HubRepo.Blob blob = commit.files().get(decode(parts[4]));
    if (blob == null) {
      server.error(exchange, 404, "EntryNotFound");
    } else if (blob.large() && !parts[2].equals("raw")) {
      exchange.getResponseHeaders().set("X-Linked-Etag", "\"" + blob.sha256() + "\"");
      exchange.getResponseHeaders().set("X-Linked-Size", "" + blob.bytes().length);
      server.store.put(blob.sha256(), blob.bytes());
      server.redirect(exchange, 302, server.elsewhere() + "/cdn/" + blob.sha256());
    } else {
      exchange.getResponseHeaders().set("ETag", "\"" + blob.etag() + "\"");
      server.content(exchange, blob.bytes());
    }
  }
}
