package io.fourierft.hub.huggingface;

import io.fourierft.hub.HubFile;
import io.fourierft.hub.RepoId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The addresses of the protocol. */
final class Paths {
  private final String endpoint;

  Paths(URI endpoint) {
    this.endpoint = endpoint.toString();
  }

  /** The name of a repository; old ones have no namespace. */
  static String of(RepoId repo) {
    return repo.namespace().equals(RepoId.LOCAL) ? repo.name() : repo.toString();
  }

  URI root(String path) {
    return URI.create(endpoint + path);
  }

  /** An address below {@code /api/models/<repo>}. */
  URI model(RepoId repo, String path) {
    return root("/api/models/" + of(repo) + path);
  }

  URI resolve(RepoId repo, String revision, String path) {
    return root("/" + of(repo) + "/resolve/" + encode(revision) + "/" + encodePath(path));
  }

  URI lfs(RepoId repo) {
    return root("/" + of(repo) + ".git/info/lfs/objects/batch");
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20").replace("*", "%2A");
  }

  private static String encodePath(String path) {
    return Arrays.stream(path.split("/")).map(Paths::encode).collect(Collectors.joining("/"));
  }

  /** Refuses a revision that could not be the name of a file in the cache. */
  static void requireRevision(String revision) {
    try {
      HubFile.requirePath(revision);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("revision refused: " + e.getMessage(), e);
    }
  }
}
