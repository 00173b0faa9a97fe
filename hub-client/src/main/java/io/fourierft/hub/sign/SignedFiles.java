package io.fourierft.hub.sign;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The files of a directory that a signature is about. */
final class SignedFiles {
  /** What the format leaves out by default: the signature itself and what belongs to git. */
  static final List<String> IGNORED =
      List.of(ModelVerifier.FILE, ".git", ".gitattributes", ".github", ".gitignore");

  private SignedFiles() {}

  /** All files but those ignored, by their paths; links to files are followed. */
  static SortedMap<String, Path> of(Path directory, List<String> ignored) throws IOException {
    SortedMap<String, Path> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        String name = directory.relativize(path).toString().replace('\\', '/');
        if (isIgnored(name, ignored) || Files.isDirectory(path, NOFOLLOW_LINKS)) {
          continue;
        }
        requireFile(name, path);
        files.put(name, path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return files;
  }

  private static void requireFile(String name, Path path) throws HubException {
    try {
      HubFile.requirePath(name);
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Unsupported("file", "a portable name", e.getMessage(), path);
      told.initCause(e);
      throw told;
    }
    if (!Files.isRegularFile(path)) {
      throw new HubException.Unsupported("file " + name, "a file", "something else", path);
    }
  }

  static boolean isIgnored(String name, List<String> ignored) {
    return ignored.stream().anyMatch(path -> name.equals(path) || name.startsWith(path + "/"));
  }
}
