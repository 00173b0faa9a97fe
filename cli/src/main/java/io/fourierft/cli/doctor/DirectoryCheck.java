package io.fourierft.cli.doctor;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Looks whether a directory can be written, or made, and how much room it has. */
final class DirectoryCheck implements Check {
  private static final long MIB = 1L << 20;
  private static final long WANTED = 100 * MIB;

  private final String subject;
  private final String option;
  private final Path directory;

  DirectoryCheck(String subject, String option, Path directory) {
    this.subject = subject;
    this.option = option;
    this.directory = directory.toAbsolutePath();
  }

  @Override
  public List<Finding> examine() {
    Path existing = directory;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return List.of(
          Finding.fail(subject, existing + " is a file", "choose another one: " + option));
    }
    try {
      Path probe = Files.createTempFile(existing, ".fourierft-doctor", "");
      Files.delete(probe);
      return List.of(room(existing));
    } catch (IOException failure) {
      return List.of(
          Finding.fail(
              subject,
              existing + " cannot be written (" + failure.getClass().getSimpleName() + ")",
              "make it writable or choose another one: " + option));
    }
  }

  private Finding room(Path existing) throws IOException {
    FileStore store = Files.getFileStore(existing);
    long free = store.getUsableSpace();
    String found = String.format(Locale.ROOT, "%s writable, %,d MB free", directory, free / MIB);
    return free < WANTED
        ? Finding.warn(subject, found, "make room, or choose another one: " + option)
        : Finding.ok(subject, found);
  }
}
