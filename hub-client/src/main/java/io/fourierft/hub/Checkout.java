package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Copies of fetched versions outside the cache, for people and other programs to work with. */
public final class Checkout {
  private Checkout() {}

  /**
   * Copies the files of a version into a directory, each checked against its digest. A file that is
   * there already with the same bytes stays as it is, and so does everything else in the directory.
   *
   * @param manifest what the version holds
   * @param fetched where a hub fetched it to
   * @param output the directory, made if it is not there
   * @param overwrite whether to replace files that have other bytes
   * @return how many files were written
   * @throws HubException.Conflict if a file with other bytes is there and is not to be replaced;
   *     nothing is written then
   * @throws IOException if a file cannot be read or written
   */
  public static int write(Manifest manifest, Path fetched, Path output, boolean overwrite)
      throws IOException {
    return Faults.guard(
        "writing " + manifest.version().repo(),
        output,
        () -> {
          if (!overwrite) {
            requireFree(manifest, output);
          }
          int written = 0;
          for (HubFile file : manifest.files()) {
            Path target = output.resolve(file.path());
            if (!isThere(target, file)) {
              write(file, fetched.resolve(file.path()), output, target);
              written++;
            }
          }
          return written;
        });
  }

  private static void requireFree(Manifest manifest, Path output) throws IOException {
    for (HubFile file : manifest.files()) {
      Path target = output.resolve(file.path());
      if (Files.exists(target, NOFOLLOW_LINKS) && !isThere(target, file)) {
        throw new HubException.Conflict(
            "file " + file.path(), "to be new or the same", "another", target);
      }
    }
  }

  private static boolean isThere(Path target, HubFile file) throws IOException {
    return Files.isRegularFile(target, NOFOLLOW_LINKS) && Digests.matches(target, file);
  }

  private static void write(HubFile file, Path source, Path output, Path target)
      throws IOException {
    makeDirectories(output, target.getParent());
    Path fresh = target.resolveSibling("." + UUID.randomUUID() + ".part");
    // A cache may link to its content; only the bytes matter here, and they are checked.
    try (FileChannel in = FileChannel.open(source.toRealPath(), StandardOpenOption.READ)) {
      HubFile copied = Digests.copy(in, fresh, file.path(), done -> {});
      if (!copied.equals(file)) {
        throw new HubException.Corrupt(
            "fetched " + file.path(), "sha256 " + file.sha256(), copied.sha256(), source);
      }
      DurableFiles.replace(fresh, target);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** Makes the directories of a file, none of which may be a link that leads elsewhere. */
  private static void makeDirectories(Path output, Path parent) throws IOException {
    DurableFiles.makeDirectories(output);
    Path place = output;
    for (Path name : output.relativize(parent)) {
      place = place.resolve(name);
      if (Files.isSymbolicLink(place)) {
        throw new HubException.Denied("output", "a directory", "a link", place);
      }
      if (!name.toString().isEmpty()) {
        DurableFiles.makeDirectories(place);
      }
    }
  }
}
