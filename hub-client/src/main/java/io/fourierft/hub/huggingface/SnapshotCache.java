package io.fourierft.hub.huggingface;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.fourierft.hub.RepoId;
import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The cache of one repository, in the layout of Python's {@code huggingface_hub}: {@code
 * models--<namespace>--<name>/} with {@code blobs/<digest>}, {@code snapshots/<commit>/<path>} that
 * link to them, and {@code refs/<revision>} with a commit.
 *
 * <p>Everything appears by an atomic rename: first the blob, then the link, last the ref. So no
 * lock is needed, and a killed process leaves at most a file named {@code *.incomplete}.
 */
final class SnapshotCache {
  private static final String TAG = "Signature: 8a477f597d28d172789f06886806bc55\n";

  /** No download takes so long; what is older was left by a process that was killed. */
  private static final Duration ABANDONED = Duration.ofDays(2);

  private final Path root;
  private final Path home;

  SnapshotCache(Path root, RepoId repo) {
    this.root = root;
    this.home = root.resolve("models--" + Paths.of(repo).replace("/", "--"));
  }

  Path blob(String etag) {
    return home.resolve("blobs").resolve(etag);
  }

  Path snapshot(String commit) {
    return home.resolve("snapshots").resolve(commit);
  }

  /** The list of all files of a commit. */
  Path tree(String commit) {
    return home.resolve("trees").resolve(commit + ".json");
  }

  /** A path among the blobs that nobody else writes to. */
  Path incomplete(String etag) throws IOException {
    Path blobs = Files.createDirectories(home.resolve("blobs"));
    return blobs.resolve(etag + "." + unique() + ".incomplete");
  }

  private static String unique() {
    byte[] bytes = new byte[4];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Removes downloads that nobody works on any more. */
  private void sweep() throws IOException {
    Path blobs = home.resolve("blobs");
    if (!Files.isDirectory(blobs)) {
      return;
    }
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(blobs, "*.incomplete")) {
      for (Path file : left) {
        try {
          if (Files.getLastModifiedTime(file, NOFOLLOW_LINKS).toInstant().isBefore(limit)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          // Another process was faster, or has just given the file its name.
          continue;
        }
      }
    }
  }

  /** Marks the cache for backup programs, which leave such directories out, and tidies it. */
  void prepare() throws IOException {
    Files.createDirectories(root);
    Path tag = root.resolve("CACHEDIR.TAG");
    if (!Files.exists(tag)) {
      write(tag, TAG);
    }
    sweep();
  }

  /** Gives a downloaded file its name. */
  void keep(Path incomplete, String etag) throws IOException {
    Files.move(incomplete, blob(etag), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Tells whether a snapshot holds a file with the right bytes. */
  boolean has(String commit, Entry entry) throws IOException {
    return entry.matches(snapshot(commit).resolve(entry.path()));
  }

  /** Makes a blob visible in a snapshot. */
  void link(String commit, Entry entry) throws IOException {
    Path link = snapshot(commit).resolve(entry.path());
    Path blob = blob(entry.etag());
    Files.createDirectories(link.getParent());
    Path fresh = incomplete("link");
    try {
      try {
        Files.createSymbolicLink(fresh, link.getParent().relativize(blob));
      } catch (UnsupportedOperationException | FileSystemException e) {
        // A system without links, or one that allows them to few: Python reads copies as well.
        Files.copy(blob, fresh);
      }
      Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Notes where a branch, tag or pull request is. */
  void writeRef(String revision, String commit) throws IOException {
    if (!Entry.COMMIT.matcher(revision).matches()) {
      write(ref(revision), commit);
    }
  }

  /** The commit that a revision was at when it was last looked at. */
  Optional<String> readRef(String revision) throws IOException {
    if (Entry.COMMIT.matcher(revision).matches()) {
      return Optional.of(revision);
    }
    Path ref = ref(revision);
    if (!Files.isRegularFile(ref)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(ref)) {
      String text = new String(in.readNBytes(100), StandardCharsets.US_ASCII).strip();
      return Optional.of(text).filter(found -> Entry.COMMIT.matcher(found).matches());
    }
  }

  private Path ref(String revision) {
    return home.resolve("refs").resolve(revision);
  }

  /** Writes a small file at once. */
  void write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Path fresh = incomplete("text");
    try {
      Files.writeString(fresh, content, StandardOpenOption.CREATE_NEW);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** The files of a snapshot as they lie there. */
  static List<Path> files(Path snapshot) throws IOException {
    if (!Files.isDirectory(snapshot, NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(snapshot)) {
      return all.filter(path -> !Files.isDirectory(path)).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The files of a snapshot, described by the bytes that are there. */
  static List<Entry> entries(Path snapshot) throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (Path file : files(snapshot)) {
      String sha256 = ContentDigest.sha256().add(file).hex();
      entries.add(Entry.of(relative(snapshot, file), Files.size(file), sha256, snapshot));
    }
    return entries;
  }

  static String relative(Path snapshot, Path file) {
    return snapshot.relativize(file).toString().replace('\\', '/');
  }
}
