package io.fourierft.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a directory hub said of its versions, kept on this machine so that they can be fetched while
 * the hub is out of reach: {@code <cache>/directory-records/<hub>/<namespace>--<name>/<id>.json}.
 *
 * <p>The id of a record is the SHA-256 of its bytes, so a kept one is believed for what it is.
 */
final class RecordCache {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");
  private static final String SUFFIX = ".json";
  private static final int HUB_DIGITS = 16;
  private static final int MAX_REF = 100;

  private final RepoId repo;
  private final Path home;

  RecordCache(Path cache, Path hub, RepoId repo) {
    this.repo = repo;
    byte[] place = hub.toString().getBytes(StandardCharsets.UTF_8);
    this.home =
        cache
            .resolve("directory-records")
            .resolve(Digests.sha256(place).substring(0, HUB_DIGITS))
            .resolve(repo.namespace() + "--" + repo.name());
  }

  /** Keeps a record, and that a revision led to it. */
  void keep(String revision, String id, Path record) throws IOException {
    Path kept = home.resolve(id + SUFFIX);
    if (!Files.exists(kept)) {
      replace(kept, DurableFiles.read(record, VersionJson.MAX_BYTES));
    }
    if (isName(revision) && !id.equals(ref(revision))) {
      replace(home.resolve("refs").resolve(revision), id.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static boolean isName(String revision) {
    return revision.equals(Hub.MAIN) || TagFiles.isName(revision);
  }

  private static void replace(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh = file.resolveSibling(UUID.randomUUID() + ".part");
    try {
      Files.write(fresh, content);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** The id that a revision led to when it was last fetched, empty if it never was. */
  private String ref(String revision) throws IOException {
    if (!isName(revision)) {
      return "";
    }
    try {
      byte[] bytes = DurableFiles.read(home.resolve("refs").resolve(revision), MAX_REF);
      return new String(bytes, StandardCharsets.US_ASCII);
    } catch (NoSuchFileException e) {
      // Nobody has fetched it.
      return "";
    }
  }

  /** The version that a revision led to. */
  Manifest find(String revision) throws IOException {
    String named = ref(revision);
    String prefix = named.isEmpty() ? revision : named;
    List<String> ids =
        !Files.isDirectory(home) || !prefix.matches("[0-9a-f]{" + Hub.MIN_PREFIX + ",64}")
            ? List.of()
            : DurableFiles.list(home).stream()
                .map(path -> path.getFileName().toString().replace(SUFFIX, ""))
                .filter(id -> ID.matcher(id).matches() && id.startsWith(prefix))
                .toList();
    if (ids.size() != 1) {
      throw new HubException.NotFound(
          "revision " + revision + " of " + repo + ", offline,", "to be cached", "none", home);
    }
    return read(ids.get(0));
  }

  private Manifest read(String id) throws IOException {
    Path file = home.resolve(id + SUFFIX);
    byte[] bytes = DurableFiles.read(file, VersionJson.MAX_BYTES);
    VersionRecord record = VersionJson.read(bytes, file);
    if (!Digests.sha256(bytes).equals(id) || !record.repo().equals(repo)) {
      throw new HubException.Corrupt("cached record", "sha256 " + id, "another", file);
    }
    return record.manifest(id);
  }
}
