package io.fourierft.hub.oci;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Publication;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.RepoSummary;
import io.fourierft.hub.Version;
import io.fourierft.hub.VersionCache;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Download;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub in an OCI registry. A version is a manifest, and its id is the digest of that.
 *
 * <p>{@value Hub#MAIN} is the tag of that name, or {@code latest} where other software published.
 * Each manifest names the one before it, so that there is a history; a registry may be set up to
 * remove manifests that no tag names, and forgets these versions.
 */
public final class OciHub implements Hub {
  private static final int STRIPES = 64;
  private static final int MAX_KNOWN = 10_000;
  private static final Logger LOG = LoggerFactory.getLogger(OciHub.class);

  private final OciSettings settings;
  private final Registry registry;
  private final RegistryNames names;

  /** One download of a version at a time. */
  private final List<Object> locks =
      IntStream.range(0, STRIPES).mapToObj(stripe -> new Object()).toList();

  /** Repositories by the digest of a blob that they hold. */
  private final Map<String, String> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
              return size() > MAX_KNOWN;
            }
          });

  private OciHub(OciSettings settings, Wire wire) {
    this.settings = settings;
    this.registry = new Registry(wire, settings.endpoint());
    this.names = new RegistryNames(settings.registry(), settings.prefix());
  }

  /**
   * Opens the hub; nothing is sent before it is asked something.
   *
   * @param settings which registry, and as whom
   * @return the hub
   */
  public static OciHub open(OciSettings settings) {
    return open(settings, Wire.Pause.SLEEP);
  }

  static OciHub open(OciSettings settings, Wire.Pause pause) {
    RegistryDialect dialect = new RegistryDialect(settings, pause);
    return new OciHub(settings, new Wire(settings.endpoint(), dialect, settings.timeout(), pause));
  }

  private Repository repository(RepoId id) throws HubException {
    return new Repository(registry, names.of(id));
  }

  @Override
  public Version publish(RepoId id, Publication publication) throws IOException {
    return publish(id, publication, Optional.empty());
  }

  /**
   * Publishes files that belong to another manifest of the same repository, such as that of their
   * base model; it need not be there.
   *
   * @param id the repository
   * @param publication what to publish
   * @param subject what the files belong to
   * @return the version that holds the files
   * @throws HubException.Conflict if the newest version is not the expected parent
   * @throws IOException if the hub cannot take the files
   */
  public Version publish(RepoId id, Publication publication, OciDescriptor subject)
      throws IOException {
    return publish(id, publication, Optional.of(subject));
  }

  private Version publish(RepoId id, Publication publication, Optional<OciDescriptor> subject)
      throws IOException {
    return new OciPublisher(repository(id), id, publication, subject, settings.chunkSize())
        .publish(known);
  }

  @Override
  public Version resolve(RepoId id, String revision) throws IOException {
    return find(id, revision).version(id);
  }

  @Override
  public Manifest manifest(RepoId id, String revision) throws IOException {
    return find(id, revision).manifest(id);
  }

  private StoredManifest find(RepoId id, String revision) throws IOException {
    requireRevision(revision);
    return repository(id).resolve(revision);
  }

  private static void requireRevision(String revision) {
    if (!OciDescriptor.isDigest(revision)
        && !revision.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")) {
      throw new IllegalArgumentException(
          "revision expected a digest or a tag of letters, digits and _ . - but found another text");
    }
  }

  /**
   * Tells what the registry calls a version, so that others can be published as belonging to it.
   *
   * @param id the repository
   * @param revision a version id, a prefix of one, a tag or {@value Hub#MAIN}
   * @return the descriptor of its manifest
   * @throws IOException if the hub cannot be read
   */
  public OciDescriptor descriptor(RepoId id, String revision) throws IOException {
    return find(id, revision).descriptor();
  }

  /**
   * Lists the manifests that were published as belonging to another one.
   *
   * @param id the repository
   * @param subject what they belong to
   * @return their descriptors
   * @throws IOException if the hub cannot be read
   */
  public List<OciDescriptor> referrers(RepoId id, OciDescriptor subject) throws IOException {
    return repository(id).referrers().of(subject.digest());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Offline, a revision is what it was when it was last fetched.
   */
  @Override
  public Path fetch(RepoId id, String revision, FetchOptions options) throws IOException {
    requireRevision(revision);
    String name = names.of(id);
    ManifestCache manifests = new ManifestCache(options.cache(), registry.uri(name, ""));
    try {
      StoredManifest stored = options.offline() ? manifests.find(revision) : find(id, revision);
      VersionCache cache = VersionCache.of("oci", options, settings.endpoint());
      VersionCache.Source source =
          options.offline()
              ? (file, target, progress) -> absent(file)
              : (file, target, progress) -> download(name, file, target, progress);
      synchronized (locks.get(Math.floorMod(stored.digest().hashCode(), STRIPES))) {
        Path fetched = cache.fetch(stored.manifest(id), source);
        manifests.keep(revision, stored);
        return fetched;
      }
    } catch (IOException e) {
      throw HubException.translate(e, "fetching " + id, options.cache());
    }
  }

  private void absent(HubFile file) throws HubException {
    throw new HubException.NotFound(
        "file " + file.path() + ", offline,", "to be cached", "none", settings.endpoint());
  }

  private void download(String name, HubFile file, Path target, LongConsumer progress)
      throws IOException {
    String digest = OciDescriptor.PREFIX + file.sha256();
    Call call = Call.get(registry.uri(name, "/blobs/" + digest));
    Download.Wanted wanted =
        new Download.Wanted(
            "file " + file.path(), file.size(), ContentDigest::sha256, file.sha256(), progress);
    Download.to(registry.wire(), call, wanted, reply -> {}, target);
    known.put(digest, name);
  }

  /**
   * {@inheritDoc}
   *
   * <p>The protocol has no search. Registries that tell the names of their repositories are asked
   * for them, and then for the newest version of each.
   *
   * @throws HubException.Unsupported if this registry does not tell names
   */
  @Override
  public List<RepoSummary> list(Query query) throws IOException {
    List<RepoSummary> found = new ArrayList<>();
    for (RepoId id : ids()) {
      if (found.size() == query.limit()) {
        break;
      }
      summary(id).filter(query::matches).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  private TreeSet<RepoId> ids() throws IOException {
    TreeSet<RepoId> ids = new TreeSet<>();
    try {
      registry.catalog().forEach(name -> names.repo(name).ifPresent(ids::add));
    } catch (HubException.NotFound | HubException.Unsupported | HubException.Denied e) {
      HubException told =
          new HubException.Unsupported(
              "list of repositories", "a registry that tells them", "none", settings.endpoint());
      told.initCause(e);
      throw told;
    }
    return ids;
  }

  private Optional<RepoSummary> summary(RepoId id) throws IOException {
    try {
      return repository(id)
          .head()
          .map(head -> new RepoSummary(head.version(id), head.content().metadata()));
    } catch (HubException.Corrupt | HubException.Unsupported | HubException.Denied e) {
      // Registries hold images as well, and what is not open to everybody.
      LOG.debug("{} left out: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public List<Version> history(RepoId id) throws IOException {
    Repository repository = repository(id);
    List<Version> versions =
        repository.history().stream().map(stored -> stored.version(id)).toList();
    if (versions.isEmpty()) {
      throw repository.absent(MAIN);
    }
    return versions;
  }

  @Override
  public SortedMap<String, String> tags(RepoId id) throws IOException {
    SortedMap<String, String> tags = new TreeMap<>();
    repository(id).tags().forEach((tag, digest) -> tags.put(tag, OciDescriptor.hex(digest)));
    return tags;
  }

  @Override
  public void tag(RepoId id, String tag, String revision) throws IOException {
    requireTag(tag);
    repository(id).put(tag, find(id, revision).bytes());
  }

  private static void requireTag(String tag) {
    Hub.requireTag(tag);
    if (Referrers.isTag(tag)) {
      throw new IllegalArgumentException("tag expected no sha256- and digest but found " + tag);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws HubException.Unsupported if the registry is set up to keep everything
   */
  @Override
  public void deleteTag(RepoId id, String tag) throws IOException {
    requireTag(tag);
    repository(id).deleteTag(tag);
  }

  /**
   * {@inheritDoc}
   *
   * @throws HubException.Unsupported if the registry is set up to keep everything
   */
  @Override
  public void delete(RepoId id) throws IOException {
    repository(id).delete();
  }

  @Override
  public void close() {
    registry.wire().close();
  }

  @Override
  public String toString() {
    return "OciHub[" + settings.endpoint() + "]";
  }
}
