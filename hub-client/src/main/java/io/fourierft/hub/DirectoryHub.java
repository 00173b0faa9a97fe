package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub in a directory, on a local disk or a share, without a server.
 *
 * <p>Many processes on many machines may publish at once, and any may be killed at any moment: a
 * version appears whole, by one rename, or not at all. {@code docs/hub-directory.md} describes the
 * files and why this holds.
 */
public final class DirectoryHub implements Hub {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryHub.class);

  private final DirectoryLayout layout;
  private final DirectoryPublisher publisher;
  private final Clock clock;

  private DirectoryHub(Path root, Clock clock) {
    this.layout = new DirectoryLayout(root);
    this.publisher = new DirectoryPublisher(layout, clock);
    this.clock = clock;
  }

  /**
   * Opens the hub in a directory, which the first publication makes if it does not exist.
   *
   * @param root the directory
   * @return the hub
   * @throws HubException if something else than a hub is there
   */
  public static DirectoryHub open(Path root) throws HubException {
    return open(root, Clock.systemUTC());
  }

  static DirectoryHub open(Path root, Clock clock) throws HubException {
    Path absolute = root.toAbsolutePath().normalize();
    DirectoryHub hub = new DirectoryHub(absolute, clock);
    Faults.guard("hub", absolute, () -> DirectoryMarker.isHub(hub.layout));
    return hub;
  }

  /**
   * Where the hub is.
   *
   * @return an absolute path
   */
  public Path root() {
    return layout.root();
  }

  @Override
  public Version publish(RepoId id, Publication publication) throws HubException {
    DirectoryLayout.requirePortable(id);
    return Faults.guard(
        "publishing " + id, layout.root(), () -> publisher.publish(id, publication));
  }

  @Override
  public Version resolve(RepoId id, String revision) throws HubException {
    return manifest(id, revision).version();
  }

  @Override
  public Manifest manifest(RepoId id, String revision) throws HubException {
    return read("reading " + id, () -> find(id, revision).manifest());
  }

  @Override
  public Path fetch(RepoId id, String revision, FetchOptions options) throws HubException {
    RecordCache records = new RecordCache(options.cache(), layout.root(), id);
    VersionCache cache = VersionCache.of("directory", options, layout.root());
    if (options.offline()) {
      Manifest known =
          Faults.guard("fetching " + id, options.cache(), () -> records.find(revision));
      return cache.fetch(known, DirectoryHub::refuse);
    }
    VersionLog.Entry entry = read("reading " + id, () -> find(id, revision));
    Path fetched = cache.fetch(entry.manifest(), this::copy);
    try {
      records.keep(revision, entry.id(), new VersionLog(layout, id).file(entry));
    } catch (IOException e) {
      // The files are there; only fetching them offline later is not to be had.
      LOG.info("{} is not kept for offline use: {}", id, e.toString());
    }
    return fetched;
  }

  private static void refuse(HubFile file, Path target, LongConsumer progress) throws HubException {
    throw new HubException.NotFound(
        "file " + file.path() + ", offline,", "to be cached", "none or another", target);
  }

  private void copy(HubFile file, Path target, LongConsumer progress) throws IOException {
    Path blob = layout.blob(file.sha256());
    if (!layout.exists(blob.getParent()) || !Files.exists(blob, NOFOLLOW_LINKS)) {
      throw new HubException.Corrupt("content of " + file.path(), "a file", "none", blob);
    }
    Digests.copyVerified(blob, target, file, progress);
  }

  @Override
  public List<RepoSummary> list(Query query) throws HubException {
    return read("listing repositories", () -> collect(query));
  }

  private List<RepoSummary> collect(Query query) throws IOException {
    List<RepoSummary> found = new ArrayList<>();
    for (RepoId id : new DirectoryRepos(layout).ids()) {
      Optional<RepoSummary> repo = summary(id).filter(query::matches);
      if (repo.isPresent() && found.size() < query.limit()) {
        found.add(repo.get());
      }
    }
    return found;
  }

  private Optional<RepoSummary> summary(RepoId id) throws IOException {
    try {
      return new VersionLog(layout, id)
          .last()
          .filter(entry -> !entry.record().deleted())
          .map(entry -> new RepoSummary(entry.manifest().version(), entry.record().metadata()));
    } catch (HubException.Corrupt | HubException.Unsupported e) {
      // One damaged repository must not hide the others.
      LOG.warn("{} left out: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public List<Version> history(RepoId id) throws HubException {
    return read(
        "reading " + id,
        () ->
            new VersionLog(layout, id)
                .live().stream().map(entry -> entry.manifest().version()).toList());
  }

  @Override
  public SortedMap<String, String> tags(RepoId id) throws HubException {
    return read(
        "reading " + id,
        () -> {
          VersionRecord head = new VersionLog(layout, id).head().record();
          TagFiles files = new TagFiles(layout, id);
          SortedMap<String, String> tags = new TreeMap<>();
          for (String tag : files.names()) {
            files
                .read(tag)
                .filter(target -> isLive(target, head))
                .ifPresent(target -> tags.put(tag, target.id()));
          }
          return tags;
        });
  }

  @Override
  public void tag(RepoId id, String tag, String revision) throws HubException {
    TagFiles.requireName(tag);
    VersionLog.Entry entry = read("reading " + id, () -> find(id, revision));
    Faults.guard(
        "tagging " + id,
        layout.root(),
        () -> {
          publisher.tag(entry, tag);
          return entry;
        });
  }

  @Override
  public void deleteTag(RepoId id, String tag) throws HubException {
    TagFiles.requireName(tag);
    if (!tags(id).containsKey(tag)) {
      throw new HubException.NotFound("tag of " + id, "\"" + tag + "\"", "none", layout.root());
    }
    Faults.guard(
        "removing a tag of " + id,
        layout.root(),
        () -> {
          new TagFiles(layout, id).delete(tag);
          return tag;
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>The files stay on disk until {@link #clean} finds that no version needs them.
   */
  @Override
  public void delete(RepoId id) throws HubException {
    Faults.guard("deleting " + id, layout.root(), () -> publisher.delete(id));
  }

  /**
   * Looks for damage, reading every byte.
   *
   * @return what was found
   * @throws HubException if the hub cannot be read at all
   */
  public FsckReport fsck() throws HubException {
    return read("checking", () -> DirectoryFsck.run(layout));
  }

  /**
   * Removes what interrupted publications left behind, and files of deleted repositories.
   *
   * @param minimumAge how old a file must be to be removed: longer than any publication takes
   * @return what was removed
   * @throws HubException if the hub cannot be read or written
   */
  public CleanReport clean(Duration minimumAge) throws HubException {
    return read("cleaning", () -> DirectoryCleaner.run(layout, clock, minimumAge));
  }

  @Override
  public String toString() {
    return "dir:" + layout.root();
  }

  @Override
  public void close() {
    // Nothing stays open between calls.
  }

  private VersionLog.Entry find(RepoId id, String revision) throws IOException {
    VersionLog log = new VersionLog(layout, id);
    if (revision.equals(MAIN)) {
      return log.head();
    }
    Optional<VersionLog.Entry> tagged = findTag(log, id, revision);
    if (tagged.isPresent()) {
      return tagged.get();
    }
    List<VersionLog.Entry> found =
        revision.matches("[0-9a-f]{" + MIN_PREFIX + ",64}") ? log.byPrefix(revision) : List.of();
    if (found.size() > 1) {
      throw new HubException.Conflict(
          "revision \"" + revision + "\" of " + id,
          "one version",
          found.size() + " that begin so",
          layout.root());
    }
    if (found.isEmpty()) {
      throw new HubException.NotFound(
          "revision of " + id,
          "\"" + revision + "\"",
          "no such version or tag, the newest is " + log.head().id(),
          layout.root());
    }
    return found.get(0);
  }

  private Optional<VersionLog.Entry> findTag(VersionLog log, RepoId id, String revision)
      throws IOException {
    VersionRecord head = log.head().record();
    if (!TagFiles.isName(revision)) {
      return Optional.empty();
    }
    Optional<TagFiles.Target> target = new TagFiles(layout, id).read(revision);
    if (target.isEmpty() || !isLive(target.get(), head)) {
      return Optional.empty();
    }
    VersionLog.Entry entry = log.read(target.get().sequence());
    if (!entry.id().equals(target.get().id())) {
      throw new HubException.Corrupt(
          "tag \"" + revision + "\" of " + id, target.get().id(), entry.id(), layout.root());
    }
    return Optional.of(entry);
  }

  private static boolean isLive(TagFiles.Target target, VersionRecord head) {
    return target.sequence() >= head.base() && target.sequence() <= head.sequence();
  }

  private <T> T read(String what, Faults.Work<T> work) throws HubException {
    return Faults.guard(
        what,
        layout.root(),
        () -> {
          DirectoryMarker.isHub(layout);
          return work.run();
        });
  }
}
