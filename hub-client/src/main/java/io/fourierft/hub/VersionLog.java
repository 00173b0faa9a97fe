package io.fourierft.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The line of records of one repository: {@code versions/00000001/<id>.json} and so on.
 *
 * <p>A record is appended by renaming a finished directory to the next number. That fails when the
 * number is taken, so that of many writers, on many machines, exactly one appends each record. A
 * record is never changed or removed: even a deletion is a record, so numbers never come back.
 */
final class VersionLog {
  private static final Pattern SLOT = Pattern.compile("[0-9]{8}");
  private static final Pattern RECORD = Pattern.compile("[0-9a-f]{64}\\.json");
  private static final String SUFFIX = ".json";
  private static final long LAST = 99_999_999;

  private final DirectoryLayout layout;
  private final RepoId repo;

  VersionLog(DirectoryLayout layout, RepoId repo) {
    this.layout = layout;
    this.repo = repo;
  }

  /**
   * A record with the id that follows from its bytes.
   *
   * @param id the SHA-256 of the record
   * @param record the record
   */
  record Entry(String id, VersionRecord record) {
    Manifest manifest() {
      return record.manifest(id);
    }
  }

  /** The newest record, be it a version or a deletion. */
  Optional<Entry> last() throws IOException {
    List<Long> slots = slots();
    return slots.isEmpty() ? Optional.empty() : Optional.of(read(slots.get(slots.size() - 1)));
  }

  /** The newest version. */
  Entry head() throws IOException {
    return last().filter(entry -> !entry.record().deleted()).orElseThrow(this::absent);
  }

  private HubException absent() {
    return new HubException.NotFound(
        "repository", "\"" + repo + "\"", "none of that name", layout.root());
  }

  /** The versions since the repository was last made, newest first. */
  List<Entry> live() throws IOException {
    List<Entry> entries = new ArrayList<>();
    Entry head = head();
    entries.add(head);
    for (long sequence = head.record().sequence() - 1; sequence >= head.record().base(); ) {
      Entry entry = read(sequence--);
      requireNext(entry, entries.get(entries.size() - 1));
      entries.add(entry);
    }
    return entries;
  }

  private void requireNext(Entry before, Entry after) throws HubException {
    if (before.record().deleted() || !after.record().parent().equals(before.id())) {
      throw new HubException.Corrupt(
          "version " + after.id(),
          "parent " + after.record().parent(),
          before.id(),
          slot(before.record().sequence()));
    }
  }

  /** Ids of the live versions that begin so, found by their names alone. */
  List<Entry> byPrefix(String prefix) throws IOException {
    Entry head = head();
    List<Entry> found = new ArrayList<>();
    for (long sequence = head.record().sequence(); sequence >= head.record().base(); sequence--) {
      if (idAt(sequence).startsWith(prefix)) {
        found.add(read(sequence));
      }
    }
    return found;
  }

  /** Reads the record at a place, and checks that it is what its id says. */
  Entry read(long sequence) throws IOException {
    String id = idAt(sequence);
    Path file = slot(sequence).resolve(id + SUFFIX);
    byte[] bytes = DurableFiles.read(file, VersionJson.MAX_BYTES);
    if (!Digests.sha256(bytes).equals(id)) {
      throw new HubException.Corrupt(
          "version record", "sha256 " + id, "sha256 " + Digests.sha256(bytes), file);
    }
    VersionRecord record = VersionJson.read(bytes, file);
    requireOwn(record, sequence, file);
    return new Entry(id, record);
  }

  /** Where a record lies. */
  Path file(Entry entry) {
    return slot(entry.record().sequence()).resolve(entry.id() + SUFFIX);
  }

  private void requireOwn(VersionRecord record, long sequence, Path file) throws HubException {
    if (!record.repo().equals(repo)) {
      // Only where the file system takes upper and lower case for the same.
      if (record.repo().toString().equalsIgnoreCase(repo.toString())) {
        throw new HubException.Conflict(
            "repository", "\"" + repo + "\"", "\"" + record.repo() + "\"", file);
      }
      throw new HubException.Corrupt(
          "version record", "repository " + repo, "" + record.repo(), file);
    }
    if (record.sequence() != sequence || record.base() < 1 || record.base() > sequence) {
      throw new HubException.Corrupt(
          "version record",
          "number " + sequence,
          record.sequence() + " since " + record.base(),
          file);
    }
  }

  private String idAt(long sequence) throws IOException {
    Path slot = slot(sequence);
    List<String> names =
        layout.names(slot).stream().filter(name -> RECORD.matcher(name).matches()).toList();
    if (names.size() != 1) {
      throw new HubException.Corrupt(
          "version " + sequence, "one record", names.isEmpty() ? "none" : "" + names, slot);
    }
    return names.get(0).substring(0, names.get(0).length() - SUFFIX.length());
  }

  /**
   * Appends a record.
   *
   * @param staged an empty directory on the same file system, used up by success
   * @return the record with its id, or nothing if another writer took the place
   */
  Optional<Entry> append(VersionRecord record, Path staged) throws IOException {
    if (record.sequence() > LAST) {
      throw new HubException.Unsupported("repository", LAST + " versions", "more", repo);
    }
    byte[] bytes = VersionJson.write(record);
    String id = Digests.sha256(bytes);
    Path file = staged.resolve(id + SUFFIX);
    DurableFiles.write(file, bytes);
    DurableFiles.sync(staged);
    layout.make(layout.versions(repo));
    if (DurableFiles.claim(staged, slot(record.sequence()), id + SUFFIX)) {
      return Optional.of(new Entry(id, record));
    }
    Files.deleteIfExists(file);
    return Optional.empty();
  }

  /** The places that are taken, in order. */
  List<Long> slots() throws IOException {
    return layout.names(layout.versions(repo)).stream()
        .filter(name -> SLOT.matcher(name).matches())
        .map(Long::valueOf)
        .toList();
  }

  Path slot(long sequence) {
    return layout.versions(repo).resolve(String.format("%08d", sequence));
  }
}
