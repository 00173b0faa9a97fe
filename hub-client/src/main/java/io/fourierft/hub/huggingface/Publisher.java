package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Publication;
import io.fourierft.hub.PullRequest;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a commit whose files are those of a publication. */
final class Publisher {
  private static final int TRIES = 5;
  private static final int PREUPLOAD = 256;
  private static final long MAX_INLINE = 50L << 20;

  /** Belongs to the repository rather than to a version: it says what is a large file. */
  private static final String ATTRIBUTES = ".gitattributes";

  private static final Pattern DISCUSSION = Pattern.compile("/discussions/([0-9]{1,9})$");

  private final Api api;
  private final RepoId repo;
  private final Publication publication;
  private final List<LocalFile> files;

  Publisher(Api api, RepoId repo, Publication publication, SortedMap<String, Path> sources)
      throws IOException {
    this.api = api;
    this.repo = repo;
    this.publication = publication;
    this.files = new ArrayList<>();
    for (Map.Entry<String, Path> source : sources.entrySet()) {
      try {
        files.add(LocalFile.of(source.getKey(), source.getValue()));
      } catch (IOException e) {
        throw HubException.translate(e, "reading " + source.getKey(), source.getValue());
      }
    }
  }

  /** Publishes on the main branch; looks again when another publisher was faster. */
  Version publish() throws IOException {
    for (int attempt = 1; ; attempt++) {
      Optional<String> head = head();
      requireParent(head);
      List<String> gone = new ArrayList<>();
      List<LocalFile> changed = changes(head, gone);
      if (changed.isEmpty() && gone.isEmpty() && head.isPresent()) {
        return api.commits(repo, head.get(), 2).get(0);
      }
      try {
        JsonNode answer = commit(changed, gone, head, "");
        return version(answer, head);
      } catch (HubException.Conflict e) {
        if (publication.expectedParent().isPresent() || attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  /** Opens a pull request with the files. */
  PullRequest propose() throws IOException {
    Optional<String> head = head();
    requireParent(head);
    List<String> gone = new ArrayList<>();
    List<LocalFile> changed = changes(head, gone);
    JsonNode answer = commit(changed, gone, head, "?create_pr=1");
    String url = answer.path("pullRequestUrl").asText("");
    Matcher number = DISCUSSION.matcher(url);
    if (!number.find()) {
      throw new HubException.Corrupt(
          "pull request of " + repo, "its address", "none", api.paths().root(""));
    }
    return new PullRequest(version(answer, head), Integer.parseInt(number.group(1)), url);
  }

  private Optional<String> head() throws IOException {
    try {
      return Optional.of(api.commit(repo, Hub.MAIN));
    } catch (HubException.NotFound e) {
      boolean fresh = api.create(repo);
      if (!fresh && publication.expectedParent().isPresent()) {
        throw e;
      }
    }
    try {
      return Optional.of(api.commit(repo, Hub.MAIN));
    } catch (HubException.NotFound e) {
      // Some servers make no first commit; this publication then is the first one.
      return Optional.empty();
    }
  }

  private void requireParent(Optional<String> head) throws IOException {
    Optional<String> expected = publication.expectedParent();
    if (expected.isEmpty()) {
      return;
    }
    boolean isNew = expected.get().isEmpty();
    boolean good = isNew ? isUnused(head) : expected.equals(head);
    if (!good) {
      throw new HubException.Conflict(
          "newest version of " + repo,
          isNew ? "none" : expected.get(),
          head.orElse("none"),
          api.paths().root(""));
    }
  }

  private boolean isUnused(Optional<String> head) throws IOException {
    return head.isEmpty() || Set.of(ATTRIBUTES).containsAll(api.tree(repo, head.get()).keySet());
  }

  /** The files that differ from those at the head, and the paths that are to go. */
  private List<LocalFile> changes(Optional<String> head, List<String> gone) throws IOException {
    SortedMap<String, Entry> there =
        head.isPresent() ? api.tree(repo, head.get()) : new TreeMap<>();
    Set<String> stale = new TreeSet<>(there.keySet());
    stale.remove(ATTRIBUTES);
    files.forEach(file -> stale.remove(file.path()));
    gone.addAll(stale);
    return files.stream()
        .filter(file -> !there.containsKey(file.path()) || !file.isSame(there.get(file.path())))
        .toList();
  }

  private JsonNode commit(
      List<LocalFile> changed, List<String> gone, Optional<String> head, String query)
      throws IOException {
    Set<String> large = large(changed, query);
    new LargeFiles(api, repo, publication.listener())
        .send(changed.stream().filter(file -> large.contains(file.path())).toList());
    CommitBody body = new CommitBody(publication.message(), head);
    long inline = 0;
    for (LocalFile file : changed) {
      if (large.contains(file.path())) {
        body.large(file);
      } else {
        inline += file.size();
        if (inline > MAX_INLINE) {
          throw new HubException.TooLarge(
              "files outside large file storage", MAX_INLINE + " bytes at most", "more", repo);
        }
        body.inline(file);
      }
      publication.listener().moved(file.path(), file.size(), file.size());
    }
    body.delete(gone);
    Call call =
        Call.text(
            "POST",
            api.paths().model(repo, "/commit/" + Hub.MAIN + query),
            "application/x-ndjson",
            body.toString());
    // Sent once: when the answer is lost, nobody knows whether the commit was made.
    return api.json(call.once(), "commit to " + repo);
  }

  /** Asks which files belong in the large file storage. */
  private Set<String> large(List<LocalFile> changed, String query) throws IOException {
    Set<String> large = new HashSet<>();
    for (int from = 0; from < changed.size(); from += PREUPLOAD) {
      List<LocalFile> some = changed.subList(from, Math.min(from + PREUPLOAD, changed.size()));
      ObjectNode body = Json.object();
      ArrayNode array = body.putArray("files");
      for (LocalFile file : some) {
        array
            .addObject()
            .put("path", file.path())
            .put("sample", file.sample())
            .put("size", file.size());
      }
      Call call =
          Call.json(
              "POST", api.paths().model(repo, "/preupload/" + Hub.MAIN + query), body.toString());
      for (JsonNode answer : api.json(call, "upload to " + repo).path("files")) {
        if (answer.path("uploadMode").asText("").equals("lfs")) {
          large.add(answer.path("path").asText(""));
        }
      }
      some.stream().filter(file -> file.size() == 0).forEach(file -> large.remove(file.path()));
    }
    return large;
  }

  private Version version(JsonNode answer, Optional<String> parent) throws HubException {
    String id = answer.path("commitOid").asText("");
    if (!Entry.COMMIT.matcher(id).matches()) {
      throw new HubException.Corrupt(
          "commit to " + repo, "its id of 40 hex digits", "\"" + id + "\"", api.paths().root(""));
    }
    return new Version(
        repo, id, parent.map(List::of).orElse(List.of()), Instant.now(), publication.message());
  }
}
