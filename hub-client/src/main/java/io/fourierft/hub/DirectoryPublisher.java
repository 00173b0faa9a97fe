package io.fourierft.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Writes to a directory hub, in an order that leaves it whole wherever a writer stops: content to a
 * temporary place, then under its digest, then the record that makes it a version.
 */
final class DirectoryPublisher {
  private final DirectoryLayout layout;
  private final Clock clock;

  DirectoryPublisher(DirectoryLayout layout, Clock clock) {
    this.layout = layout;
    this.clock = clock;
  }

  Version publish(RepoId id, Publication publication) throws IOException {
    VersionLog log = new VersionLog(layout, id);
    DirectoryMarker.ensure(layout);
    requireParent(id, publication, liveHead(log.last()));
    layout.make(layout.temps());
    try (Staging staging = Staging.in(layout.temps())) {
      Map<HubFile, Path> staged = stage(publication, staging);
      List<HubFile> files = List.copyOf(staged.keySet());
      boolean placed = false;
      while (true) {
        Optional<VersionLog.Entry> last = log.last();
        Optional<VersionLog.Entry> head = liveHead(last);
        requireParent(id, publication, head);
        if (!placed) {
          place(staged);
          placed = true;
        }
        if (head.isPresent() && isSame(head.get().record(), files, publication)) {
          return head.get().manifest().version();
        }
        VersionRecord next = next(id, last, publication.message(), publication.metadata(), files);
        Optional<VersionLog.Entry> added = log.append(next, staging.nextDirectory());
        if (added.isPresent()) {
          return added.get().manifest().version();
        }
      }
    }
  }

  void tag(VersionLog.Entry entry, String tag) throws IOException {
    RepoId id = entry.record().repo();
    layout.make(layout.temps());
    try (Staging staging = Staging.in(layout.temps())) {
      TagFiles.Target target = new TagFiles.Target(entry.record().sequence(), entry.id());
      new TagFiles(layout, id).write(tag, target, staging.next());
    }
  }

  Version delete(RepoId id) throws IOException {
    VersionLog log = new VersionLog(layout, id);
    log.head();
    layout.make(layout.temps());
    try (Staging staging = Staging.in(layout.temps())) {
      while (true) {
        Optional<VersionLog.Entry> last = Optional.of(log.head());
        VersionRecord end = end(next(id, last, "", Metadata.EMPTY, List.of()));
        Optional<VersionLog.Entry> added = log.append(end, staging.nextDirectory());
        if (added.isPresent()) {
          removeTags(id, end.sequence());
          return added.get().manifest().version();
        }
      }
    }
  }

  /** Removes the tags of what was deleted, not those of what was published since. */
  private void removeTags(RepoId id, long end) throws IOException {
    TagFiles tags = new TagFiles(layout, id);
    for (String tag : tags.names()) {
      Optional<TagFiles.Target> target = tags.read(tag);
      if (target.isPresent() && target.get().sequence() < end) {
        tags.delete(tag);
      }
    }
  }

  private static VersionRecord end(VersionRecord record) {
    return new VersionRecord(
        record.repo(),
        record.sequence(),
        record.base(),
        record.parent(),
        true,
        record.created(),
        record.message(),
        record.metadata(),
        record.files());
  }

  private VersionRecord next(
      RepoId id,
      Optional<VersionLog.Entry> last,
      String message,
      Metadata metadata,
      List<HubFile> files) {
    Optional<VersionLog.Entry> head = liveHead(last);
    long sequence = last.map(entry -> entry.record().sequence()).orElse(0L) + 1;
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new VersionRecord(
        id,
        sequence,
        head.map(entry -> entry.record().base()).orElse(sequence),
        head.map(VersionLog.Entry::id).orElse(""),
        false,
        now,
        message,
        metadata,
        files);
  }

  private Map<HubFile, Path> stage(Publication publication, Staging staging) throws IOException {
    Map<HubFile, Path> staged = new LinkedHashMap<>();
    for (Map.Entry<String, Path> file : publication.files().entrySet()) {
      Path source = file.getValue();
      requireReadable(file.getKey(), source);
      Path copy = staging.next();
      try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ)) {
        long size = in.size();
        staged.put(
            Digests.copy(
                in,
                copy,
                file.getKey(),
                done -> publication.listener().moved(file.getKey(), done, size)),
            copy);
      }
    }
    return staged;
  }

  private static void requireReadable(String path, Path source) throws HubException {
    if (!Files.isRegularFile(source)) {
      String found = Files.exists(source) ? "something else" : "none";
      throw new HubException.NotFound("source of " + path, "a file", found, source);
    }
  }

  /**
   * Puts content under its digest, over what may be there already: the bytes are the same, unless
   * they were damaged, and the fresh time keeps {@link DirectoryCleaner} away.
   */
  private void place(Map<HubFile, Path> staged) throws IOException {
    for (Map.Entry<HubFile, Path> file : staged.entrySet()) {
      Path blob = layout.blob(file.getKey().sha256());
      layout.make(blob.getParent());
      try {
        DurableFiles.replace(file.getValue(), blob);
      } catch (FileSystemException e) {
        // Some systems and shares let nobody replace what another process or user holds.
        if (!isGood(blob, file.getKey())) {
          throw e;
        }
      }
    }
  }

  private static boolean isGood(Path blob, HubFile file) throws IOException {
    try {
      return Digests.matches(blob, file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static boolean isSame(VersionRecord head, List<HubFile> files, Publication publication) {
    return head.files().equals(files) && head.metadata().equals(publication.metadata());
  }

  private static Optional<VersionLog.Entry> liveHead(Optional<VersionLog.Entry> last) {
    return last.filter(entry -> !entry.record().deleted());
  }

  private void requireParent(RepoId id, Publication publication, Optional<VersionLog.Entry> head)
      throws HubException {
    String found = head.map(VersionLog.Entry::id).orElse("");
    String expected = publication.expectedParent().orElse(found);
    if (!found.equals(expected)) {
      throw new HubException.Conflict(
          "newest version of " + id, orNone(expected), orNone(found), layout.root());
    }
  }

  private static String orNone(String version) {
    return version.isEmpty() ? "none" : version;
  }
}
