package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.fourierft.hub.FsckReport.Finding;
import io.fourierft.hub.FsckReport.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One check of a directory hub, reading every byte. Publications may go on meanwhile. */
final class DirectoryFsck {
  private final DirectoryLayout layout;
  private final List<Finding> findings = new ArrayList<>();
  private int blobs;
  private long bytes;

  private DirectoryFsck(DirectoryLayout layout) {
    this.layout = layout;
  }

  static FsckReport run(DirectoryLayout layout) throws IOException {
    return new DirectoryFsck(layout).check();
  }

  private FsckReport check() throws IOException {
    visitTemps();
    // Records first: content placed while this runs may be unknown to them, but never missing.
    DirectoryCensus census = DirectoryCensus.take(layout);
    findings.addAll(census.findings());
    Map<String, HubFile> missing = new HashMap<>(census.references());
    for (Path blob : blobs()) {
      visit(blob, Optional.ofNullable(missing.remove(blob.getFileName().toString())));
    }
    // A list may lack what was replaced while it was read; the last word is a look at each.
    for (HubFile file : missing.values()) {
      visit(layout.blob(file.sha256()), Optional.of(file));
    }
    return new FsckReport(census.repositories(), census.versions(), blobs, bytes, findings);
  }

  private void visitTemps() throws IOException {
    for (String name : layout.names(layout.temps())) {
      add(Kind.STRAY_TEMP, layout.temps().resolve(name), "left by a publication, or one under way");
    }
    for (Path path : DirectoryMarker.temporaries(layout)) {
      add(Kind.STRAY_TEMP, path, "left by the making of the hub");
    }
  }

  private List<Path> blobs() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String shelf : layout.names(layout.blobs())) {
      Path directory = layout.blobs().resolve(shelf);
      if (!Files.isDirectory(directory, NOFOLLOW_LINKS)) {
        add(Kind.FOREIGN, directory, "a directory expected but found something else");
        continue;
      }
      for (String name : layout.names(directory)) {
        Path path = directory.resolve(name);
        if (Texts.isSha256(name) && layout.blob(name).equals(path)) {
          found.add(path);
        } else {
          add(Kind.FOREIGN, path, "a name that begins with " + shelf + " and is a sha256 expected");
        }
      }
    }
    return found;
  }

  private void visit(Path blob, Optional<HubFile> needed) throws IOException {
    String sha256 = blob.getFileName().toString();
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(blob, BasicFileAttributes.class, NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      needed.ifPresent(
          file ->
              add(
                  Kind.MISSING_BLOB,
                  blob,
                  "content of " + file.path() + " expected a file but found none"));
      return;
    }
    if (!attributes.isRegularFile()) {
      Kind kind = needed.isPresent() ? Kind.WRONG_DIGEST : Kind.FOREIGN;
      add(kind, blob, "a file expected but found " + DurableFiles.kind(attributes));
      return;
    }
    HubFile expected = needed.orElse(new HubFile(sha256, attributes.size(), sha256));
    if (!Digests.matches(blob, expected)) {
      String size = attributes.size() + " bytes";
      add(Kind.WRONG_DIGEST, blob, expected.size() + " bytes of that sha256 expected, not " + size);
    } else if (needed.isEmpty()) {
      add(Kind.UNUSED_BLOB, blob, attributes.size() + " bytes that no version needs");
    }
    blobs++;
    bytes += attributes.size();
  }

  private void add(Kind kind, Path path, String detail) {
    findings.add(new Finding(kind, layout.relative(path), detail));
  }
}
