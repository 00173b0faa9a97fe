package io.fourierft.cli.adapter;

import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.io.FileKind;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a path holds. */
public sealed interface Source {
  /** How the names of adapter files end. */
  String SUFFIX = ".fft";

  /**
   * Returns where it is.
   *
   * @return the file or directory
   */
  Path path();

  /**
   * An adapter file.
   *
   * @param path the file
   */
  record AdapterFile(Path path) implements Source {}

  /**
   * A directory that PEFT saved.
   *
   * @param path the directory
   */
  record Peft(Path path) implements Source {}

  /**
   * A pretrained model.
   *
   * @param path its directory
   */
  record Model(Path path) implements Source {}

  /**
   * Looks at a path.
   *
   * @param path a file or directory
   * @return what it holds
   * @throws IOException if it is nothing of the kind, or cannot be read
   */
  static Source detect(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return directory(path);
    }
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    String name = path.getFileName().toString();
    boolean ofPeft = List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL).contains(name);
    if (ofPeft && path.getParent() != null) {
      return new Peft(path.getParent());
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(FileKind.START);
    }
    boolean known = FileKind.recognise(start).isPresent();
    if (known && !name.endsWith(SUFFIX)) {
      throw new IOException(
          "input expected an adapter file, a PEFT directory or a model directory but found "
              + FileKind.of(start)
              + " ("
              + path
              + ")");
    }
    return new AdapterFile(path);
  }

  private static Source directory(Path path) throws IOException {
    if (Files.exists(path.resolve(PeftDirectory.CONFIG))) {
      return new Peft(path);
    }
    List<Path> adapters;
    try (Stream<Path> files = Files.list(path)) {
      adapters = files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    if (adapters.size() == 1) {
      return new AdapterFile(adapters.get(0));
    }
    if (Files.exists(path.resolve(Checkpoint.CONFIG))) {
      return new Model(path);
    }
    String found =
        adapters.isEmpty()
            ? "neither"
            : adapters.stream().map(file -> file.getFileName().toString()).toList().toString();
    throw new IOException(
        String.format(
            "directory expected %s, %s or one *%s but found %s (%s)",
            PeftDirectory.CONFIG, Checkpoint.CONFIG, SUFFIX, found, path));
  }
}
