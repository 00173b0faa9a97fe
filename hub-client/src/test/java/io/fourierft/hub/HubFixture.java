package io.fourierft.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** A directory hub in a temporary directory, with a stopped clock, and files to publish. */
final class HubFixture {
  static final Instant NOW = Instant.parse("2026-11-24T10:00:00.123Z");
  static final RepoId REPO = RepoId.parse("acme/reviews");

  final Path root;
  final Path sources;
  final FetchOptions options;
  final DirectoryHub hub;

  HubFixture(Path directory) throws IOException {
    root = directory.resolve("hub");
    sources = Files.createDirectories(directory.resolve("sources"));
    options = FetchOptions.defaults().withCache(directory.resolve("cache"));
    hub = DirectoryHub.open(root, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  Path source(String name, String content) throws IOException {
    return Files.write(sources.resolve(name), content.getBytes(StandardCharsets.UTF_8));
  }

  Publication.Builder adapter(String content) throws IOException {
    return Publication.builder().file("adapter.fft", source("adapter", content));
  }

  Version publish(String content) throws IOException {
    return hub.publish(REPO, adapter(content).message("the " + content + " one").build());
  }

  String fetched(String revision) throws IOException {
    return Files.readString(hub.fetch(REPO, revision, options).resolve("adapter.fft"));
  }

  Path blob(String content) {
    String sha256 = Digests.sha256(content.getBytes(StandardCharsets.UTF_8));
    return root.resolve("blobs").resolve(sha256.substring(0, 2)).resolve(sha256);
  }

  Path slot(int sequence) {
    return root.resolve("repos/acme/reviews/versions").resolve(String.format("%08d", sequence));
  }

  Path record(int sequence) throws IOException {
    return DurableFiles.list(slot(sequence)).get(0);
  }

  /** Everything below the root, as relative paths. */
  List<String> tree() throws IOException {
    DirectoryLayout layout = new DirectoryLayout(root);
    return DurableFiles.tree(root).stream().map(layout::relative).sorted().toList();
  }
}
