package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.ModelCard;
import io.fourierft.hub.Publication;
import io.fourierft.hub.PullRequest;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.RepoSummary;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A hub that speaks the protocol of the Hugging Face Hub. A version is a commit.
 *
 * <p>What a publication says of itself is kept in the YAML of {@code README.md}, which is written
 * or completed for it. {@code .gitattributes} belongs to the server and stays as it is.
 */
public final class HuggingFaceHub implements Hub {
  private static final int MAX_LISTED = 10_000;
  private static final int MAX_HISTORY = 10_000;
  private static final long MAX_CARD = 1 << 20;

  private final HuggingFaceSettings settings;
  private final Api api;
  private final Fetcher fetcher;

  private HuggingFaceHub(HuggingFaceSettings settings, Wire wire) {
    this.settings = settings;
    this.api = new Api(wire, settings.endpoint());
    this.fetcher = new Fetcher(api);
  }

  /**
   * Opens the hub; nothing is sent before it is asked something.
   *
   * @param settings which server, as whom, and where files are kept
   * @return the hub
   */
  public static HuggingFaceHub open(HuggingFaceSettings settings) {
    return open(settings, Wire.Pause.SLEEP);
  }

  static HuggingFaceHub open(HuggingFaceSettings settings, Wire.Pause pause) {
    return new HuggingFaceHub(
        settings,
        new Wire(
            settings.endpoint(), new TokenDialect(settings.token()), settings.timeout(), pause));
  }

  @Override
  public Version publish(RepoId id, Publication publication) throws IOException {
    return withCard(id, publication, files -> new Publisher(api, id, publication, files).publish());
  }

  @Override
  public PullRequest propose(RepoId id, Publication publication) throws IOException {
    return withCard(id, publication, files -> new Publisher(api, id, publication, files).propose());
  }

  /** Work on the files of a publication. */
  private interface Work<T> {
    T on(SortedMap<String, Path> files) throws IOException;
  }

  private <T> T withCard(RepoId id, Publication publication, Work<T> work) throws IOException {
    requireOnline();
    if (id.namespace().equals(RepoId.LOCAL)) {
      throw new IllegalArgumentException(
          "repository expected NAMESPACE/NAME but found no namespace (" + id + ")");
    }
    if (publication.metadata().equals(Metadata.EMPTY)) {
      return work.on(publication.files());
    }
    SortedMap<String, Path> files = new TreeMap<>(publication.files());
    Path given = files.get(ModelCard.FILE);
    ModelCard card =
        given == null ? ModelCard.parse("# " + id.name() + "\n") : ModelCard.read(given);
    boolean isPeft = files.containsKey("adapter_config.json");
    Path written = Files.createTempFile("fourierft-card", ".md");
    try {
      Files.writeString(written, card.with(publication.metadata(), isPeft).text());
      files.put(ModelCard.FILE, written);
      return work.on(files);
    } finally {
      Files.deleteIfExists(written);
    }
  }

  @Override
  public Version resolve(RepoId id, String revision) throws IOException {
    Paths.requireRevision(revision);
    if (settings.offline()) {
      String commit = fetcher.cachedCommit(id, revision, settings.cache());
      return new Version(id, commit, List.of(), Instant.EPOCH, "");
    }
    JsonNode info;
    try {
      info = api.info(id, revision);
    } catch (HubException.NotFound e) {
      return byPrefix(id, revision, e);
    }
    String commit = api.commit(id, revision);
    try {
      return api.commits(id, commit, 2).get(0);
    } catch (HubException.NotFound e) {
      // Some servers keep no history; the revision is known all the same.
      return new Version(id, commit, List.of(), Api.instant(info.path("lastModified")), "");
    }
  }

  private Version byPrefix(RepoId id, String prefix, HubException.NotFound fault)
      throws IOException {
    if (!prefix.matches("[0-9a-f]{" + MIN_PREFIX + ",39}")) {
      throw fault;
    }
    List<Version> found =
        history(id).stream().filter(version -> version.id().startsWith(prefix)).toList();
    if (found.size() != 1) {
      throw fault;
    }
    return found.get(0);
  }

  @Override
  public Manifest manifest(RepoId id, String revision) throws IOException {
    Version version = resolve(id, revision);
    if (settings.offline()) {
      Path snapshot = fetch(id, version.id(), FetchOptions.defaults());
      return manifest(version, SnapshotCache.entries(snapshot), snapshot);
    }
    List<Entry> entries = List.copyOf(api.tree(id, version.id()).values());
    // What is not in large file storage is small, and only its bytes give its SHA-256.
    List<String> small =
        entries.stream().filter(entry -> !entry.isLarge()).map(Entry::path).toList();
    Path snapshot =
        small.isEmpty()
            ? settings.cache()
            : fetch(id, version.id(), small::contains, FetchOptions.defaults());
    fetcher.note(id, revision, version.id(), settings.cache());
    return manifest(version, entries, snapshot);
  }

  private Manifest manifest(Version version, List<Entry> entries, Path snapshot)
      throws IOException {
    List<HubFile> files = new ArrayList<>();
    for (Entry entry : entries) {
      String sha256 =
          entry.isLarge()
              ? entry.etag()
              : ContentDigest.sha256().add(snapshot.resolve(entry.path())).hex();
      files.add(new HubFile(entry.path(), entry.size(), sha256));
    }
    Path card = snapshot.resolve(ModelCard.FILE);
    Metadata metadata =
        Files.isRegularFile(card) && Files.size(card) <= MAX_CARD
            ? ModelCard.read(card).metadata()
            : Metadata.EMPTY;
    return new Manifest(version, metadata, files);
  }

  @Override
  public Path fetch(RepoId id, String revision, FetchOptions options) throws IOException {
    return fetch(id, revision, path -> true, options);
  }

  /**
   * Brings some files of a version to this machine, such as one form of the weights of a model.
   *
   * @param id the repository; the namespace {@value RepoId#LOCAL} stands for none
   * @param revision a commit, branch, tag or {@code refs/pr/N}
   * @param wanted which paths
   * @param options how much to take, and where to if a cache was chosen
   * @return the snapshot directory, which may hold files fetched before as well
   * @throws IOException if the hub cannot be read or the cache cannot be written
   */
  public Path fetch(RepoId id, String revision, Predicate<String> wanted, FetchOptions options)
      throws IOException {
    return fetcher.fetch(order(id, revision, chosen(wanted), options));
  }

  /**
   * Brings what is needed to load a model to this machine: its configuration, its tokenizer and one
   * form of its weights, safetensors if there are any.
   *
   * @param id the repository; the namespace {@value RepoId#LOCAL} stands for none
   * @param revision a commit, branch, tag or {@code refs/pr/N}
   * @param options how much to take, and where to if a cache was chosen
   * @return the snapshot directory, which may hold files fetched before as well
   * @throws IOException if the hub cannot be read or the cache cannot be written
   */
  public Path fetchModel(RepoId id, String revision, FetchOptions options) throws IOException {
    return fetcher.fetch(order(id, revision, ModelFiles::choose, options));
  }

  private boolean isOffline(FetchOptions options) {
    return settings.offline() || options.offline();
  }

  private static UnaryOperator<SortedSet<String>> chosen(Predicate<String> wanted) {
    return paths -> {
      SortedSet<String> found = new TreeSet<>();
      paths.stream().filter(wanted).forEach(found::add);
      return found;
    };
  }

  private Fetcher.Order order(
      RepoId id, String revision, UnaryOperator<SortedSet<String>> choice, FetchOptions options) {
    Paths.requireRevision(revision);
    Path cache = options.cacheChosen() ? options.cache() : settings.cache();
    return new Fetcher.Order(
        id, revision, choice, options.withCache(cache).withOffline(isOffline(options)));
  }

  @Override
  public List<RepoSummary> list(Query query) throws IOException {
    requireOnline();
    SortedMap<String, String> asked = new TreeMap<>();
    ask(asked, "search", query.text());
    ask(asked, "pipeline_tag", query.task());
    ask(asked, "filter", query.baseModel().isEmpty() ? "" : "base_model:" + query.baseModel());
    if (query.baseModel().isEmpty()) {
      ask(asked, "filter", query.tag());
    }
    List<RepoSummary> found = new ArrayList<>();
    for (JsonNode item : api.search(asked, Math.min(MAX_LISTED, query.limit()))) {
      Summaries.read(item).filter(query::matches).ifPresent(found::add);
    }
    found.sort(Comparator.comparing(RepoSummary::repo));
    return List.copyOf(found);
  }

  private static void ask(SortedMap<String, String> asked, String name, String value) {
    if (!value.isEmpty()) {
      asked.put(name, Paths.encode(value));
    }
  }

  @Override
  public List<Version> history(RepoId id) throws IOException {
    requireOnline();
    return api.commits(id, MAIN, MAX_HISTORY);
  }

  @Override
  public SortedMap<String, String> tags(RepoId id) throws IOException {
    requireOnline();
    return api.tags(id);
  }

  @Override
  public void tag(RepoId id, String tag, String revision) throws IOException {
    Hub.requireTag(tag);
    requireOnline();
    String commit = resolve(id, revision).id();
    try {
      api.tag(id, tag, commit);
    } catch (HubException.Conflict e) {
      // The protocol moves no tag, so the old one goes first.
      api.deleteTag(id, tag);
      api.tag(id, tag, commit);
    }
  }

  @Override
  public void deleteTag(RepoId id, String tag) throws IOException {
    Hub.requireTag(tag);
    requireOnline();
    api.deleteTag(id, tag);
  }

  /**
   * Makes a branch.
   *
   * @param id the repository
   * @param branch its name
   * @param revision where it begins
   * @throws IOException if the hub cannot be written
   */
  public void branch(RepoId id, String branch, String revision) throws IOException {
    Hub.requireTag(branch);
    requireOnline();
    api.branch(id, branch, resolve(id, revision).id());
  }

  /**
   * Deletes a branch.
   *
   * @param id the repository
   * @param branch its name
   * @throws IOException if the hub cannot be written
   */
  public void deleteBranch(RepoId id, String branch) throws IOException {
    Hub.requireTag(branch);
    requireOnline();
    api.deleteBranch(id, branch);
  }

  @Override
  public void delete(RepoId id) throws IOException {
    requireOnline();
    api.delete(id);
  }

  private void requireOnline() throws HubException {
    if (settings.offline()) {
      throw new HubException.Unsupported(
          "hub", "to be online", "HF_HUB_OFFLINE or the like", settings.endpoint());
    }
  }

  @Override
  public void close() {
    api.wire().close();
  }

  @Override
  public String toString() {
    return "HuggingFaceHub[" + settings.endpoint() + "]";
  }
}
