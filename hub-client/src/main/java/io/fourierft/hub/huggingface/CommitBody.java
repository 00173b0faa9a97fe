package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;

/** The lines of a commit: a header, then one for each change. */
final class CommitBody {
  private final StringBuilder lines = new StringBuilder();

  CommitBody(String message, Optional<String> parent) {
    int end = message.indexOf('\n');
    String summary = end < 0 ? message : message.substring(0, end);
    ObjectNode header =
        Json.object()
            .put("summary", summary.isBlank() ? "Publish with fourierft" : summary.strip())
            .put("description", end < 0 ? "" : message.substring(end).strip());
    parent.ifPresent(commit -> header.put("parentCommit", commit));
    add("header", header);
  }

  /** Adds a file whose bytes travel in the commit. */
  void inline(LocalFile file) throws IOException {
    String content = Base64.getEncoder().encodeToString(Files.readAllBytes(file.source()));
    add(
        "file",
        Json.object().put("content", content).put("path", file.path()).put("encoding", "base64"));
  }

  /** Adds a file that the large file storage holds. */
  void large(LocalFile file) {
    add(
        "lfsFile",
        Json.object()
            .put("path", file.path())
            .put("algo", "sha256")
            .put("oid", file.sha256())
            .put("size", file.size()));
  }

  void delete(Collection<String> paths) {
    paths.forEach(path -> add("deletedFile", Json.object().put("path", path)));
  }

  private void add(String key, ObjectNode value) {
    ObjectNode line = Json.object().put("key", key);
    line.set("value", value);
    lines.append(line).append('\n');
  }

  @Override
  public String toString() {
    return lines.toString();
  }
}
