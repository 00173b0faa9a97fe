package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.fourierft.hub.sign.SignaturePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Versions of hubs on this machine: {@code <cache>/<kind>/<namespace>--<name>/<id>/}, for the
 * clients of hubs, not for their users.
 *
 * <p>The id follows from the digests of the files, so hubs of one kind can share a cache. Any
 * number of threads and processes may fetch at once: a version appears whole or not at all.
 */
public final class VersionCache {
  private static final int ATTEMPTS = 5;

  /** No fetch takes so long; what is older was left by a process that was killed. */
  private static final Duration ABANDONED = Duration.ofDays(2);

  private final String kind;
  private final Path cache;
  private final long maxBytes;
  private final Object where;
  private final TransferListener listener;
  private final SignaturePolicy signatures;

  private VersionCache(String kind, FetchOptions options, Object where) {
    this.kind = kind;
    this.cache = options.cache();
    this.maxBytes = options.maxBytes();
    this.where = where;
    this.listener = options.listener();
    this.signatures = options.signatures();
  }

  /** Where the files of a version come from. */
  public interface Source {
    /**
     * Writes a new file with exactly the bytes of a file of the version, or fails.
     *
     * @param file the file
     * @param target where to
     * @param progress is told how many bytes have been copied
     * @throws IOException if the bytes are not to be had, or others are
     */
    void copy(HubFile file, Path target, LongConsumer progress) throws IOException;
  }

  /**
   * Opens the cache for one kind of hub.
   *
   * @param kind the name of its directory in the cache
   * @param options where the cache is, and how much to take
   * @param where the hub, for messages
   * @return the cache
   */
  public static VersionCache of(String kind, FetchOptions options, Object where) {
    return new VersionCache(kind, options, where);
  }

  /**
   * Makes the cache hold a version, each of its files checked by this call.
   *
   * @param manifest what the version holds
   * @param source where its files come from, if they are not there
   * @return the directory that holds exactly these files
   * @throws HubException if they cannot be had or kept
   */
  public Path fetch(Manifest manifest, Source source) throws HubException {
    return Faults.guard(
        "fetching " + manifest.version().repo(),
        cache,
        () -> {
          Path directory = bring(manifest, source);
          signatures.check(directory);
          return directory;
        });
  }

  private Path bring(Manifest manifest, Source source) throws IOException {
    RepoId repo = manifest.version().repo();
    if (manifest.totalSize() > maxBytes) {
      throw new HubException.TooLarge(
          "size of " + repo, maxBytes + " bytes at most", "" + manifest.totalSize(), where);
    }
    requireDistinct(manifest);
    Path home = cache.resolve(kind).resolve(repo.namespace() + "--" + repo.name());
    Path target = home.resolve(manifest.version().id());
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (isWhole(target, manifest)) {
        manifest.files().forEach(file -> listener.moved(file.path(), file.size(), file.size()));
        return target;
      }
      DurableFiles.makeDirectories(home);
      fill(target, manifest, source);
    }
    throw new HubException.Conflict(
        "cached copy of " + repo, "to stay as fetched", "other bytes each time", target);
  }

  private void requireDistinct(Manifest manifest) throws HubException {
    SortedMap<String, String> taken = new TreeMap<>();
    try {
      manifest.files().forEach(file -> PathSets.add(taken, file.path()));
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Corrupt(
              "files of " + manifest.version().repo(), "distinct names", e.getMessage(), where);
      told.initCause(e);
      throw told;
    }
  }

  /** Builds the copy aside; a whole one put there by another process meanwhile is as good. */
  private void fill(Path target, Manifest manifest, Source source) throws IOException {
    Path temps = cache.resolve("tmp");
    DurableFiles.makeDirectories(temps);
    Staging.sweep(temps, Instant.now().minus(ABANDONED));
    try (Staging staging = Staging.in(temps)) {
      Path built = staging.nextDirectory();
      for (HubFile file : manifest.files()) {
        Path path = built.resolve(file.path());
        DurableFiles.makeDirectories(path.getParent());
        source.copy(file, path, done -> listener.moved(file.path(), done, file.size()));
      }
      DurableFiles.sync(built);
      if (!DurableFiles.claim(built, target, manifest.files().get(0).path())) {
        repair(target, built, manifest);
      }
    }
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
