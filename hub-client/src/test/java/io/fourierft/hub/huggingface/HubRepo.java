package io.fourierft.hub.huggingface;

import io.fourierft.hub.http.ContentDigest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A repository of the test server: branches and tags that name commits, all in memory. */
final class HubRepo {
  final Map<String, Commit> commits = new TreeMap<>();
  final SortedMap<String, String> branches = new TreeMap<>();
  final SortedMap<String, String> tags = new TreeMap<>();
  final SortedMap<String, String> pulls = new TreeMap<>();
  final String name;

  /**
   * A commit.
   *
   * @param id its id
   * @param parent the one before, or empty
   */
  record Commit(
      String id, String parent, String title, Instant date, SortedMap<String, Blob> files) {}

  /**
   * A file.
   *
   * @param bytes its content
   * @param large whether it is in large file storage
   */
  record Blob(byte[] bytes, boolean large) {
    String git() {
      byte[] named = large ? pointer() : bytes;
      ContentDigest digest = ContentDigest.gitBlob(named.length);
      digest.update(named, named.length);
      return digest.hex();
    }

    String sha256() {
      ContentDigest digest = ContentDigest.sha256();
      digest.update(bytes, bytes.length);
      return digest.hex();
    }

    String etag() {
      return large ? sha256() : git();
    }

    private byte[] pointer() {
      return ("version https://git-lfs.github.com/spec/v1\noid sha256:"
              + sha256()
              + "\nsize "
              + bytes.length
              + "\n")
          .getBytes(StandardCharsets.US_ASCII);
    }
  }

  HubRepo(String name) {
    this.name = name;
    byte[] attributes =
        "*.safetensors filter=lfs diff=lfs merge=lfs -text\n".getBytes(StandardCharsets.UTF_8);
    commit(
        "main",
        "",
        "initial commit",
        new TreeMap<>(Map.of(".gitattributes", new Blob(attributes, false))));
  }

  String commit(String branch, String parent, String title, SortedMap<String, Blob> files) {
    StringBuilder text = new StringBuilder(parent + "\n" + title + "\n" + commits.size() + "\n");
    files.forEach((path, blob) -> text.append(path).append(blob.git()).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    ContentDigest digest = ContentDigest.gitBlob(bytes.length);
    digest.update(bytes, bytes.length);
    String id = digest.hex();
    commits.put(id, new Commit(id, parent, title, Instant.parse("2026-11-24T10:00:00Z"), files));
    if (branch.startsWith("refs/pr/")) {
      pulls.put(branch, id);
    } else {
      branches.put(branch, id);
    }
    return id;
  }

  /** The commit that a revision names, or null. */
  Commit at(String revision) {
    for (Map<String, String> names : List.of(branches, tags, pulls)) {
      if (names.containsKey(revision)) {
        return commits.get(names.get(revision));
      }
    }
    return commits.get(revision.equals("HEAD") ? branches.get("main") : revision);
  }

  List<Commit> history(Commit from) {
    List<Commit> line = new ArrayList<>();
    for (Commit commit = from; commit != null; commit = commits.get(commit.parent())) {
      line.add(commit);
    }
    return line;
  }
}
