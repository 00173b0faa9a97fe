package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Files of directory hubs on this machine: {@code <cache>/directory/<namespace>--<name>/<id>/}.
 *
 * <p>The id follows from the digests of the files, so hubs can share a cache.
 */
final class DirectoryCache {
  private static final int ATTEMPTS = 5;

  /** No fetch takes so long; what is older was left by a process that was killed. */
  private static final Duration ABANDONED = Duration.ofDays(2);

  private final DirectoryLayout layout;
  private final Path cache;
  private final long maxBytes;
  private final TransferListener listener;

  DirectoryCache(DirectoryLayout layout, FetchOptions options) {
    this.layout = layout;
    this.cache = options.cache();
    this.maxBytes = options.maxBytes();
    this.listener = options.listener();
  }

  Path fetch(Manifest manifest) throws IOException {
    RepoId repo = manifest.version().repo();
    if (manifest.totalSize() > maxBytes) {
      throw new HubException.TooLarge(
          "size of " + repo, maxBytes + " bytes at most", "" + manifest.totalSize(), layout.root());
    }
    Path home = cache.resolve("directory").resolve(repo.namespace() + "--" + repo.name());
    Path target = home.resolve(manifest.version().id());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (isWhole(target, manifest)) {
        manifest.files().forEach(file -> listener.moved(file.path(), file.size(), file.size()));
        return target;
      }
      DurableFiles.makeDirectories(home);
      fill(target, manifest);
    }
    throw new HubException.Conflict(
        "cached copy of " + repo, "to stay as fetched", "other bytes each time", target);
  }

  /** Builds the copy aside; a whole one put there by another process meanwhile is as good. */
  private void fill(Path target, Manifest manifest) throws IOException {
    Path temps = cache.resolve("tmp");
    DurableFiles.makeDirectories(temps);
    Staging.sweep(temps, Instant.now().minus(ABANDONED));
    try (Staging staging = Staging.in(temps)) {
      Path built = staging.nextDirectory();
      for (HubFile file : manifest.files()) {
        copy(file, built.resolve(file.path()));
      }
      DurableFiles.sync(built);
      if (!DurableFiles.claim(built, target, manifest.files().get(0).path())) {
        repair(target, built, manifest);
      }
    }
  }

  private void copy(HubFile file, Path target) throws IOException {
    Path blob = layout.blob(file.sha256());
    DurableFiles.makeDirectories(target.getParent());
    if (!layout.exists(blob.getParent()) || !Files.exists(blob, NOFOLLOW_LINKS)) {
      throw new HubException.Corrupt("content of " + file.path(), "a file", "none", blob);
    }
    Digests.copyVerified(
        blob, target, file, done -> listener.moved(file.path(), done, file.size()));
  }

  /**
   * Makes a directory hold exactly the files of a version without taking away what is right in it:
   * another process may be reading there.
   */
  private static void repair(Path target, Path built, Manifest manifest) throws IOException {
    if (!Files.isDirectory(target, NOFOLLOW_LINKS)) {
      Files.deleteIfExists(target);
      return;
    }
    Map<Path, HubFile> wanted = wanted(target, manifest);
    for (Path path : DurableFiles.tree(target)) {
      if (!Files.isDirectory(path, NOFOLLOW_LINKS) && !wanted.containsKey(path)) {
        Files.deleteIfExists(path);
      }
    }
    for (Map.Entry<Path, HubFile> file : wanted.entrySet()) {
      Path path = file.getKey();
      if (!isGood(path, file.getValue())) {
        if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
          DurableFiles.deleteTree(path);
        }
        DurableFiles.makeDirectories(path.getParent());
        DurableFiles.replace(built.resolve(file.getValue().path()), path);
      }
    }
  }

  private static boolean isGood(Path path, HubFile file) throws IOException {
    try {
      return Files.isRegularFile(path, NOFOLLOW_LINKS) && Digests.matches(path, file);
    } catch (NoSuchFileException e) {
      // Another process has just removed it.
      return false;
    }
  }

  private static Map<Path, HubFile> wanted(Path target, Manifest manifest) {
    Map<Path, HubFile> wanted = new LinkedHashMap<>();
    manifest.files().forEach(file -> wanted.put(target.resolve(file.path()), file));
    return wanted;
  }

  /** Tells whether a directory holds exactly the files of a version. */
  private static boolean isWhole(Path target, Manifest manifest) throws IOException {
    if (!Files.isDirectory(target, NOFOLLOW_LINKS)) {
      return false;
    }
    Map<Path, HubFile> wanted = wanted(target, manifest);
    for (Path path : DurableFiles.tree(target)) {
      if (Files.isDirectory(path, NOFOLLOW_LINKS)) {
        continue;
      }
      HubFile file = wanted.remove(path);
      if (file == null || !isGood(path, file)) {
        return false;
      }
    }
    return wanted.isEmpty();
  }
}
