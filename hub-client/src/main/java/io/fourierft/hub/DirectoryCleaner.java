package io.fourierft.hub;

import io.fourierft.hub.FsckReport.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Wins back the space of a directory hub that nothing needs any more.
 *
 * <p>A publisher renames its content into place anew, even if it is there, so what is older than
 * any publication takes is not about to be used.
 */
final class DirectoryCleaner {
  private final DirectoryLayout layout;
  private final Instant youngest;

  private DirectoryCleaner(DirectoryLayout layout, Instant youngest) {
    this.layout = layout;
    this.youngest = youngest;
  }

  static CleanReport run(DirectoryLayout layout, Clock clock, Duration minimumAge)
      throws IOException {
    if (minimumAge.isNegative()) {
      throw new IllegalArgumentException("age expected 0 or more but found " + minimumAge);
    }
    return new DirectoryCleaner(layout, clock.instant().minus(minimumAge)).clean();
  }

  private CleanReport clean() throws IOException {
    int temporaries = cleanTemps();
    // Content first, records after: what a version needs by now is seen to be needed.
    List<Path> candidates = oldBlobs();
    DirectoryCensus census = DirectoryCensus.take(layout);
    requireReadable(census);
    int blobs = 0;
    for (Path blob : candidates) {
      if (!census.references().containsKey(blob.getFileName().toString()) && remove(blob)) {
        blobs++;
      }
    }
    int tags = 0;
    for (Map.Entry<RepoId, List<String>> repo : census.danglingTags().entrySet()) {
      for (String tag : repo.getValue()) {
        new TagFiles(layout, repo.getKey()).delete(tag);
        tags++;
      }
    }
    return new CleanReport(temporaries, blobs, tags);
  }

  /** A version that cannot be read may need anything. */
  private void requireReadable(DirectoryCensus census) throws HubException {
    for (Finding finding : census.findings()) {
      if (finding.kind().isDamage()) {
        throw new HubException.Corrupt(
            "hub to be cleaned", "no damaged record", finding.toString(), layout.root());
      }
    }
  }

  private int cleanTemps() throws IOException {
    List<Path> temps = new ArrayList<>(DirectoryMarker.temporaries(layout));
    for (String name : layout.names(layout.temps())) {
      temps.add(layout.temps().resolve(name));
    }
    int removed = 0;
    for (Path temp : temps) {
      if (Staging.removeIfOld(temp, youngest)) {
        removed++;
      }
    }
    return removed;
  }

  private List<Path> oldBlobs() throws IOException {
    List<Path> old = new ArrayList<>();
    for (String shelf : layout.names(layout.blobs())) {
      Path directory = layout.blobs().resolve(shelf);
      for (String name :
          layout.isDirectory(directory) ? layout.names(directory) : List.<String>of()) {
        Path path = directory.resolve(name);
        if (Texts.isSha256(name) && Staging.isOld(path, youngest)) {
          old.add(path);
        }
      }
    }
    return old;
  }

  /** Takes content away, looks at its age once more, and only then deletes it. */
  private boolean remove(Path blob) throws IOException {
    layout.make(layout.temps());
    try (Staging staging = Staging.in(layout.temps())) {
      Path aside = staging.next();
      try {
        Files.move(blob, aside, StandardCopyOption.ATOMIC_MOVE);
      } catch (NoSuchFileException e) {
        // Another cleaning was first.
        return false;
      }
      if (Staging.isOld(aside, youngest)) {
        return true;
      }
      DurableFiles.replace(aside, blob);
      return false;
    }
  }
}
