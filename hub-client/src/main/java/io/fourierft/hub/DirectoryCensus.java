package io.fourierft.hub;

import io.fourierft.hub.FsckReport.Finding;
import io.fourierft.hub.FsckReport.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One walk over all records and tags of a directory hub: what they refer to, what is wrong. */
final class DirectoryCensus {
  private final DirectoryLayout layout;
  private final Map<String, HubFile> references = new HashMap<>();
  private final Map<RepoId, List<String>> danglingTags = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private int repositories;
  private int versions;

  private DirectoryCensus(DirectoryLayout layout) {
    this.layout = layout;
  }

  static DirectoryCensus take(DirectoryLayout layout) throws IOException {
    DirectoryCensus census = new DirectoryCensus(layout);
    for (RepoId id : new DirectoryRepos(layout).ids()) {
      census.visit(id);
    }
    return census;
  }

  /** The content that live versions need, by digest. */
  Map<String, HubFile> references() {
    return references;
  }

  /** Tags of versions that are not there. */
  Map<RepoId, List<String>> danglingTags() {
    return danglingTags;
  }

  List<Finding> findings() {
    return findings;
  }

  int repositories() {
    return repositories;
  }

  int versions() {
    return versions;
  }

  private void visit(RepoId id) throws IOException {
    Map<Long, VersionLog.Entry> live = new HashMap<>();
    try {
      walk(new VersionLog(layout, id), live);
    } catch (HubException.Corrupt | HubException.Unsupported | HubException.Conflict e) {
      add(Kind.BAD_RECORD, layout.repo(id), e.getMessage());
    }
    if (!live.isEmpty()) {
      repositories++;
      versions += live.size();
    }
    for (VersionLog.Entry entry : live.values()) {
      entry.record().files().forEach(file -> references.put(file.sha256(), file));
    }
    visitTags(id, live);
  }

  private void walk(VersionLog log, Map<Long, VersionLog.Entry> live) throws IOException {
    long expected = 1;
    String parent = "";
    for (long sequence : settled(log)) {
      if (sequence != expected) {
        add(Kind.BROKEN_CHAIN, log.slot(expected), "a record expected but found none");
        expected = sequence;
        parent = null;
      }
      Optional<VersionLog.Entry> entry = read(log, sequence);
      if (entry.isPresent()) {
        requireParent(log, entry.get(), Optional.ofNullable(parent));
        boolean deleted = entry.get().record().deleted();
        parent = deleted ? "" : entry.get().id();
        keep(live, entry.get(), deleted);
      } else {
        parent = null;
      }
      expected++;
    }
  }

  /**
   * The places up to the newest one, also while others append: what came before the newest that a
   * first look sees is all there when a second one begins, though the first may have missed it.
   */
  private static List<Long> settled(VersionLog log) throws IOException {
    List<Long> first = log.slots();
    long newest = first.isEmpty() ? 0 : first.get(first.size() - 1);
    return log.slots().stream().filter(sequence -> sequence <= newest).toList();
  }

  private static void keep(
      Map<Long, VersionLog.Entry> live, VersionLog.Entry entry, boolean deleted) {
    if (deleted) {
      live.clear();
    } else {
      live.put(entry.record().sequence(), entry);
    }
  }

  private Optional<VersionLog.Entry> read(VersionLog log, long sequence) throws IOException {
    try {
      return Optional.of(log.read(sequence));
    } catch (HubException.Corrupt | HubException.Unsupported | HubException.Conflict e) {
      add(Kind.BAD_RECORD, log.slot(sequence), e.getMessage());
      return Optional.empty();
    }
  }

  private void requireParent(VersionLog log, VersionLog.Entry entry, Optional<String> parent) {
    String found = entry.record().parent();
    if (parent.isPresent() && !parent.get().equals(found)) {
      add(
          Kind.BROKEN_CHAIN,
          log.slot(entry.record().sequence()),
          "parent expected \"" + parent.get() + "\" but found \"" + found + "\"");
    }
  }

  private void visitTags(RepoId id, Map<Long, VersionLog.Entry> live) throws IOException {
    TagFiles tags = new TagFiles(layout, id);
    try {
      for (String tag : tags.names()) {
        visitTag(id, tags, tag, live);
      }
    } catch (HubException.Corrupt e) {
      add(Kind.BAD_TAG, layout.tags(id), e.getMessage());
    }
  }

  private void visitTag(RepoId id, TagFiles tags, String tag, Map<Long, VersionLog.Entry> live)
      throws IOException {
    Optional<TagFiles.Target> target;
    try {
      target = tags.read(tag);
    } catch (HubException.Corrupt e) {
      add(Kind.BAD_TAG, tags.file(tag), e.getMessage());
      return;
    }
    if (target.isPresent() && !pointsInto(live, target.get())) {
      String detail = "a version expected but found none of id " + target.get().id();
      add(Kind.DANGLING_TAG, tags.file(tag), detail);
      danglingTags.computeIfAbsent(id, repo -> new ArrayList<>()).add(tag);
    }
  }

  private static boolean pointsInto(Map<Long, VersionLog.Entry> live, TagFiles.Target target) {
    VersionLog.Entry entry = live.get(target.sequence());
    return entry != null && entry.id().equals(target.id());
  }

  private void add(Kind kind, Path path, String detail) {
    findings.add(new Finding(kind, layout.relative(path), detail));
  }
}
