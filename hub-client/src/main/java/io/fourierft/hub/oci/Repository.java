package io.fourierft.hub.oci;

import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** One repository of a registry. */
final class Repository {
  /** What other tools call the newest version. */
  private static final String LATEST = "latest";

  private static final int MAX_HISTORY = 10_000;

  private final Registry registry;
  private final String name;

  Repository(Registry registry, String name) {
    this.registry = registry;
    this.name = name;
  }

  String name() {
    return name;
  }

  Referrers referrers() {
    return new Referrers(registry, name);
  }

  /** The newest version; nothing if there is none. */
  Optional<StoredManifest> head() throws IOException {
    Optional<StoredManifest> main = find(Hub.MAIN);
    return main.isPresent() ? main : find(LATEST);
  }

  /** The digest of the newest version. */
  Optional<String> headDigest() throws IOException {
    Optional<String> main = registry.digest(name, Hub.MAIN, Artifact.MANIFEST);
    return main.isPresent() ? main : registry.digest(name, LATEST, Artifact.MANIFEST);
  }

  Optional<StoredManifest> find(String reference) throws IOException {
    try {
      return Optional.of(read(reference));
    } catch (HubException.NotFound e) {
      return Optional.empty();
    }
  }

  private StoredManifest read(String reference) throws IOException {
    Registry.Raw raw = registry.manifest(name, reference, Artifact.MANIFEST);
    return StoredManifest.read(
        raw.bytes(), "manifest " + reference + " of " + name, registry.uri(name, ""));
  }

  /** The version that a revision names. */
  StoredManifest resolve(String revision) throws IOException {
    if (revision.equals(Hub.MAIN)) {
      return head().orElseThrow(() -> absent(revision));
    }
    if (OciDescriptor.isDigest(revision)) {
      return read(revision);
    }
    if (revision.matches("[0-9a-f]{64}")) {
      return read(OciDescriptor.PREFIX + revision);
    }
    if (revision.matches("[0-9a-f]{" + Hub.MIN_PREFIX + ",63}")) {
      return byPrefix(revision);
    }
    return read(revision);
  }

  private StoredManifest byPrefix(String prefix) throws IOException {
    Set<String> found = new HashSet<>();
    for (StoredManifest version : history()) {
      found.add(version.digest());
    }
    found.addAll(tags().values());
    found.removeIf(digest -> !OciDescriptor.hex(digest).startsWith(prefix));
    if (found.size() > 1) {
      throw new HubException.Conflict(
          "revision \"" + prefix + "\" of " + name,
          "one version",
          found.size() + " that begin so",
          registry.uri(name, ""));
    }
    if (found.isEmpty()) {
      throw absent(prefix);
    }
    return read(found.iterator().next());
  }

  HubException.NotFound absent(String revision) {
    return new HubException.NotFound(
        "revision of " + name, "\"" + revision + "\"", "none", registry.uri(name, ""));
  }

  /** The newest version and those before it, as far as the registry has kept them. */
  List<StoredManifest> history() throws IOException {
    List<StoredManifest> found = new ArrayList<>();
    Optional<StoredManifest> next = head();
    while (next.isPresent() && found.size() < MAX_HISTORY) {
      found.add(next.get());
      Optional<String> parent = next.get().content().parent();
      next = parent.isPresent() ? find(parent.get()) : Optional.empty();
    }
    return found;
  }

  /** The digest of each tag that names a version. */
  SortedMap<String, String> tags() throws IOException {
    SortedMap<String, String> tags = new TreeMap<>();
    for (String tag : registry.tags(name)) {
      if (!tag.equals(Hub.MAIN) && !Referrers.isTag(tag) && isTag(tag)) {
        registry.digest(name, tag, Artifact.MANIFEST).ifPresent(digest -> tags.put(tag, digest));
      }
    }
    return tags;
  }

  private static boolean isTag(String tag) {
    return tag.matches("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  }

  boolean put(String reference, byte[] manifest) throws IOException {
    return registry.put(name, reference, Artifact.MANIFEST, manifest);
  }

  void upload(
      OciDescriptor blob,
      Path source,
      long chunkSize,
      Optional<String> other,
      LongConsumer progress)
      throws IOException {
    new BlobUpload(registry, name, blob, source, chunkSize, progress).run(other);
  }

  void deleteTag(String tag) throws IOException {
    StoredManifest tagged = read(tag);
    try {
      registry.delete(name, tag);
    } catch (HubException.Unsupported e) {
      replaceAndDelete(tag, tagged);
    }
  }

  /**
   * Takes a tag off where only manifests can be deleted, and all their tags with them: gives it to
   * a manifest that says nothing, then deletes that one.
   */
  private void replaceAndDelete(String tag, StoredManifest tagged) throws IOException {
    byte[] nothing = Artifact.placeholder(tag, tagged.digest());
    Path file = Files.createTempFile("fourierft-empty", ".json");
    try {
      Files.write(file, Artifact.EMPTY);
      OciDescriptor empty = Artifact.descriptor(Artifact.EMPTY_TYPE, Artifact.EMPTY);
      upload(empty, file, Artifact.EMPTY.length, Optional.empty(), sent -> {});
    } finally {
      Files.deleteIfExists(file);
    }
    put(tag, nothing);
    try {
      registry.delete(name, Artifact.digest(nothing));
    } catch (IOException e) {
      put(tag, tagged.bytes());
      throw e;
    }
  }

  /** Deletes all versions and lists, the newest version last. */
  void delete() throws IOException {
    Set<String> digests = new HashSet<>();
    List<StoredManifest> versions = history();
    versions.forEach(version -> digests.add(version.digest()));
    for (String tag : registry.tags(name)) {
      String accept = Referrers.isTag(tag) ? Artifact.INDEX : Artifact.MANIFEST;
      if (isTag(tag)) {
        registry.digest(name, tag, accept).ifPresent(digests::add);
      }
    }
    if (digests.isEmpty()) {
      throw absent(Hub.MAIN);
    }
    if (!versions.isEmpty()) {
      digests.remove(versions.get(0).digest());
    }
    for (String digest : digests) {
      registry.delete(name, digest);
    }
    if (!versions.isEmpty()) {
      registry.delete(name, versions.get(0).digest());
    }
  }
}
