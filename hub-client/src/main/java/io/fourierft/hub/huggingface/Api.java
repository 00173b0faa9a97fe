package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The questions that the protocol knows, one request each, or one for each page. */
final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  private static final int READS = 3;
  private static final int MAX_PAGES = 1000;
  private static final int MAX_ENTRIES = 100_000;

  private final Wire wire;
  private final Paths paths;

  Api(Wire wire, URI endpoint) {
    this.wire = wire;
    this.paths = new Paths(endpoint);
  }

  Wire wire() {
    return wire;
  }

  Paths paths() {
    return paths;
  }

  JsonNode json(Call call, String what) throws IOException {
    return read(call, what, reply -> Json.read(reply, what));
  }

  /** Takes what is needed out of a reply. */
  private interface Reading<T> {
    T of(Reply reply) throws IOException;
  }

  /** Reads an answer, asking again when it was cut off. */
  private <T> T read(Call call, String what, Reading<T> reading) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try (Reply reply = wire.require(call, what)) {
        return reading.of(reply);
      } catch (HubException e) {
        throw e;
      } catch (IOException e) {
        if (attempt == READS || !call.repeatable()) {
          HubException told =
              new HubException.Failed(what, "a whole answer", "a cut one", Wire.show(call.uri()));
          told.initCause(e);
          throw told;
        }
        LOG.info("{} was cut off, asking again", Wire.show(call.uri()));
      }
    }
  }

  /** Sends what needs no answer. */
  void tell(Call call, String what) throws IOException {
    wire.require(call, what).close();
  }

  /** Makes a repository; tells whether it was not there before. */
  boolean create(RepoId repo) throws IOException {
    ObjectNode body = Json.object().put("name", repo.name()).put("organization", repo.namespace());
    Call call = Call.json("POST", paths.root("/api/repos/create"), body.toString());
    try {
      tell(call, "repository " + repo);
      return true;
    } catch (HubException.Conflict e) {
      // It is there already: the question is answered as well.
      return false;
    }
  }

  void delete(RepoId repo) throws IOException {
    ObjectNode body =
        Json.object()
            .put("name", repo.name())
            .put("organization", repo.namespace())
            .put("type", "model");
    tell(
        Call.json("DELETE", paths.root("/api/repos/delete"), body.toString()),
        "repository " + repo);
  }

  /** The commit that a revision names. */
  String commit(RepoId repo, String revision) throws IOException {
    return sha(info(repo, revision), repo, revision);
  }

  JsonNode info(RepoId repo, String revision) throws IOException {
    URI uri = paths.model(repo, "/revision/" + Paths.encode(revision));
    return json(Call.get(uri), "revision " + revision + " of " + repo);
  }

  private String sha(JsonNode info, RepoId repo, String revision) throws HubException {
    String what = "revision " + revision + " of " + repo;
    String sha = info.path("sha").asText("");
    if (!Entry.COMMIT.matcher(sha).matches()) {
      throw new HubException.Corrupt(
          what, "a commit of 40 hex digits", "\"" + sha + "\"", paths.root(""));
    }
    if (Entry.COMMIT.matcher(revision).matches() && !revision.equals(sha)) {
      throw new HubException.Corrupt(what, "that commit", sha, paths.root(""));
    }
    return sha;
  }

  /** All files of a commit, by path. */
  SortedMap<String, Entry> tree(RepoId repo, String commit) throws IOException {
    SortedMap<String, Entry> entries = new TreeMap<>();
    URI first = paths.model(repo, "/tree/" + Paths.encode(commit) + "?recursive=true&expand=false");
    Optional<URI> page = Optional.of(first);
    for (int count = 0; page.isPresent(); count++) {
      if (count == MAX_PAGES || entries.size() > MAX_ENTRIES) {
        throw new HubException.TooLarge(
            "file list of " + repo, MAX_ENTRIES + " files at most", "more", Wire.show(first));
      }
      page =
          read(
              Call.get(page.get()),
              "files of " + repo,
              reply -> {
                TreeJson.page(Json.read(reply, "file list"), entries, Wire.show(first));
                return wire.next(reply);
              });
    }
    return entries;
  }

  /** The commits up to a revision, newest first, at least one. */
  List<Version> commits(RepoId repo, String revision, int limit) throws IOException {
    List<JsonNode> items = new ArrayList<>();
    Optional<URI> page =
        Optional.of(paths.model(repo, "/commits/" + Paths.encode(revision) + "?limit=" + limit));
    for (int count = 0; page.isPresent() && items.size() < limit; count++) {
      if (count == MAX_PAGES) {
        throw new HubException.TooLarge(
            "history of " + repo, MAX_PAGES + " pages at most", "more", paths.root(""));
      }
      page =
          read(
              Call.get(page.get()),
              "history of " + repo,
              reply -> {
                Json.read(reply, "history").forEach(items::add);
                return wire.next(reply);
              });
    }
    List<Version> versions = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<String> parents =
          i + 1 < items.size() ? List.of(id(repo, items.get(i + 1))) : List.<String>of();
      versions.add(version(repo, items.get(i), parents));
    }
    if (versions.isEmpty()) {
      throw new HubException.NotFound("history of " + repo, "a commit", "none", paths.root(""));
    }
    return versions;
  }

  private String id(RepoId repo, JsonNode item) throws HubException {
    String id = item.path("id").asText("");
    if (!Entry.COMMIT.matcher(id).matches()) {
      throw new HubException.Corrupt(
          "history of " + repo, "a commit of 40 hex digits", "\"" + id + "\"", paths.root(""));
    }
    return id;
  }

  private Version version(RepoId repo, JsonNode item, List<String> parents) throws HubException {
    String title = item.path("title").asText("");
    String rest = item.path("message").asText("");
    String message = rest.isBlank() ? title : title + "\n\n" + rest;
    return new Version(repo, id(repo, item), parents, instant(item.path("date")), message);
  }

  /** A time, or the epoch where the server states none. */
  static Instant instant(JsonNode node) {
    try {
      return Instant.parse(node.asText(""));
    } catch (DateTimeException e) {
      // The time is only for people to read; a version is named by its id.
      return Instant.EPOCH;
    }
  }

  /** Tags and the commits that they name. */
  SortedMap<String, String> tags(RepoId repo) throws IOException {
    SortedMap<String, String> tags = new TreeMap<>();
    JsonNode refs = json(Call.get(paths.model(repo, "/refs")), "tags of " + repo);
    for (JsonNode tag : refs.path("tags")) {
      tags.put(tag.path("name").asText(""), tag.path("targetCommit").asText(""));
    }
    return tags;
  }

  void tag(RepoId repo, String tag, String revision) throws IOException {
    String body = Json.object().put("tag", tag).toString();
    tell(
        Call.json("POST", paths.model(repo, "/tag/" + Paths.encode(revision)), body),
        "tag " + tag + " of " + repo);
  }

  void deleteTag(RepoId repo, String tag) throws IOException {
    tell(
        Call.json("DELETE", paths.model(repo, "/tag/" + Paths.encode(tag)), "{}"),
        "tag " + tag + " of " + repo);
  }

  void branch(RepoId repo, String branch, String start) throws IOException {
    String body = Json.object().put("startingPoint", start).toString();
    tell(
        Call.json("POST", paths.model(repo, "/branch/" + Paths.encode(branch)), body),
        "branch " + branch + " of " + repo);
  }

  void deleteBranch(RepoId repo, String branch) throws IOException {
    tell(
        Call.json("DELETE", paths.model(repo, "/branch/" + Paths.encode(branch)), "{}"),
        "branch " + branch + " of " + repo);
  }

  /** Repositories that answer a query, page by page. */
  List<JsonNode> search(Map<String, String> query, int limit) throws IOException {
    StringBuilder text = new StringBuilder("/api/models?full=true&limit=" + limit);
    query.forEach((key, value) -> text.append('&').append(key).append('=').append(value));
    List<JsonNode> found = new ArrayList<>();
    Optional<URI> page = Optional.of(paths.root(text.toString()));
    for (int count = 0; page.isPresent() && found.size() < limit && count < MAX_PAGES; count++) {
      page =
          read(
              Call.get(page.get()),
              "search",
              reply -> {
                Json.read(reply, "search").forEach(found::add);
                return wire.next(reply);
              });
    }
    return found.subList(0, Math.min(limit, found.size()));
  }
}
