package io.fourierft.hub.huggingface;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Download;
import io.fourierft.hub.http.Wire;
import io.fourierft.hub.sign.ModelVerifier;
import io.fourierft.hub.sign.SignaturePolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Brings the files of a commit into the cache, or finds them there. */
final class Fetcher {
  private static final int STRIPES = 64;
  private static final int MAX_TREE = 64 << 20;

  private final Api api;

  /** One download of a blob at a time; other processes may still do the same work. */
  private final List<Object> locks =
      IntStream.range(0, STRIPES).mapToObj(stripe -> new Object()).toList();

  Fetcher(Api api) {
    this.api = api;
  }

  /**
   * What to fetch.
   *
   * @param repo the repository
   * @param revision a branch, tag, pull request or commit
   * @param choice which of all paths
   * @param options where to, from where and how much
   */
  record Order(
      RepoId repo, String revision, UnaryOperator<SortedSet<String>> choice, FetchOptions options) {
    Path cache() {
      return options.cache();
    }

    void arrived(Entry entry, long bytes) {
      options.listener().moved(entry.path(), bytes, entry.size());
    }
  }

  Path fetch(Order order) throws IOException {
    SnapshotCache cache = new SnapshotCache(order.cache(), order.repo());
    try {
      return order.options().offline() ? find(order, cache) : bring(order, cache);
    } catch (IOException e) {
      throw HubException.translate(e, "fetching " + order.repo(), order.cache());
    }
  }

  private Path bring(Order order, SnapshotCache cache) throws IOException {
    String commit = api.commit(order.repo(), order.revision());
    Path kept = cache.tree(commit);
    Optional<List<Entry>> known = known(kept);
    List<Entry> tree =
        known.isPresent() ? known.get() : List.copyOf(api.tree(order.repo(), commit).values());
    List<Entry> wanted = wanted(order, tree);
    requireSize(order, wanted);
    for (Entry entry : wanted) {
      if (!cache.has(commit, entry)) {
        cache.prepare();
        bring(order, cache, commit, entry);
      }
      order.arrived(entry, entry.size());
    }
    if (known.isEmpty()) {
      cache.write(kept, TreeJson.write(tree));
    }
    if (!cache.readRef(order.revision()).equals(Optional.of(commit))) {
      cache.writeRef(order.revision(), commit);
    }
    return signed(order, cache.snapshot(commit), tree, wanted);
  }

  /** A signature is over all files; where some are wanted, these must be among them. */
  private static Path signed(Order order, Path snapshot, List<Entry> tree, List<Entry> wanted)
      throws IOException {
    SignaturePolicy policy = order.options().signatures();
    if (wanted.size() == tree.size()) {
      policy.check(snapshot);
    } else {
      policy.check(snapshot, wanted.stream().map(Entry::path).collect(Collectors.toSet()));
    }
    return snapshot;
  }

  /** The files of a commit, which never change, as the cache lists them. */
  private static Optional<List<Entry>> known(Path tree) throws IOException {
    if (!Files.isRegularFile(tree) || Files.size(tree) > MAX_TREE) {
      return Optional.empty();
    }
    try {
      return Optional.of(TreeJson.read(Files.readAllBytes(tree), tree));
    } catch (HubException.Corrupt e) {
      // The server tells it again, and the list is written anew.
      return Optional.empty();
    }
  }

  private static List<Entry> wanted(Order order, List<Entry> tree) throws HubException {
    SortedSet<String> paths = new TreeSet<>();
    tree.forEach(entry -> paths.add(entry.path()));
    Set<String> chosen = new TreeSet<>(order.choice().apply(paths));
    if (order.options().signatures().asks()) {
      chosen.add(ModelVerifier.FILE);
    }
    List<Entry> wanted = tree.stream().filter(entry -> chosen.contains(entry.path())).toList();
    if (wanted.isEmpty()) {
      throw new HubException.NotFound(
          "files of " + order.repo(), "some of those wanted", "none", order.revision());
    }
    return wanted;
  }

  private static void requireSize(Order order, List<Entry> entries) throws HubException {
    long left = order.options().maxBytes();
    for (Entry entry : entries) {
      if (entry.size() > left) {
        throw new HubException.TooLarge(
            "size of " + order.repo(),
            order.options().maxBytes() + " bytes at most",
            "more",
            entry.path());
      }
      left -= entry.size();
    }
  }

  private void bring(Order order, SnapshotCache cache, String commit, Entry entry)
      throws IOException {
    synchronized (locks.get(Math.floorMod(entry.etag().hashCode(), STRIPES))) {
      if (!entry.matches(cache.blob(entry.etag()))) {
        Path incomplete = cache.incomplete(entry.etag());
        try {
          download(order, commit, entry, incomplete);
          cache.keep(incomplete, entry.etag());
        } finally {
          Files.deleteIfExists(incomplete);
        }
      }
      cache.link(commit, entry);
    }
  }

  private void download(Order order, String commit, Entry entry, Path target) throws IOException {
    URI uri = api.paths().resolve(order.repo(), commit, entry.path());
    String what = "file " + entry.path();
    Download.Wanted wanted =
        new Download.Wanted(what, entry.size(), entry::digest, entry.etag())
            .tell(bytes -> order.arrived(entry, bytes));
    Download.Check check =
        reply -> {
          String found = reply.first().firstValue("X-Repo-Commit").orElse(commit);
          if (!found.equals(commit)) {
            throw new HubException.Corrupt(what, "commit " + commit, found, Wire.show(uri));
          }
        };
    Download.to(api.wire(), Call.get(uri), wanted, check, target);
  }

  /** Remembers where a branch or tag is, so that it can be followed offline. */
  void note(RepoId repo, String revision, String commit, Path root) throws IOException {
    SnapshotCache cache = new SnapshotCache(root, repo);
    boolean isName = !commit.startsWith(revision);
    if (isName && !cache.readRef(revision).equals(Optional.of(commit))) {
      cache.writeRef(revision, commit);
    }
  }

  /** The commit of a revision by the cache alone. */
  String cachedCommit(RepoId repo, String revision, Path root) throws IOException {
    return new SnapshotCache(root, repo)
        .readRef(revision)
        .orElseThrow(() -> absent(repo, revision, root));
  }

  private static HubException absent(RepoId repo, String revision, Path cache) {
    return new HubException.NotFound(
        "revision " + revision + " of " + repo + ", offline,", "to be cached", "none", cache);
  }

  private Path find(Order order, SnapshotCache cache) throws IOException {
    String commit = cachedCommit(order.repo(), order.revision(), order.cache());
    Path tree = cache.tree(commit);
    Path snapshot = cache.snapshot(commit);
    if (Files.isRegularFile(tree) && Files.size(tree) <= MAX_TREE) {
      List<Entry> all = TreeJson.read(Files.readAllBytes(tree), tree);
      List<Entry> wanted = wanted(order, all);
      for (Entry entry : wanted) {
        requireCached(snapshot.resolve(entry.path()), entry);
      }
      return signed(order, snapshot, all, wanted);
    }
    // A cache that other software filled may list no tree: what is there is checked by its name.
    List<Path> files = SnapshotCache.files(snapshot);
    for (Path file : files) {
      Path blob = file.toRealPath();
      String etag = blob.getFileName().toString();
      if (etag.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
        String path = SnapshotCache.relative(snapshot, file);
        requireCached(file, Entry.of(path, Files.size(blob), etag, snapshot));
      }
    }
    if (files.isEmpty()) {
      throw absent(order.repo(), order.revision(), order.cache());
    }
    order.options().signatures().check(snapshot);
    return snapshot;
  }

  private static void requireCached(Path file, Entry entry) throws IOException {
    if (!Files.exists(file)) {
      throw new HubException.NotFound(
          "file " + entry.path() + ", offline,", "to be cached", "none", file);
    }
    if (!entry.matches(file)) {
      throw new HubException.Corrupt(
          "cached file " + entry.path(), "digest " + entry.etag(), "other bytes", file);
    }
  }
}
