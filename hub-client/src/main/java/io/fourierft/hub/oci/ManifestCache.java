package io.fourierft.hub.oci;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The manifests of one repository that were fetched, and what revisions named them when they were,
 * so that a fetch can do without the registry: {@code <cache>/oci-manifests/<digest of the
 * repository's address>/} with {@code <id>.json} and {@code <digest of the revision>.ref}.
 */
final class ManifestCache {
  private final Path home;
  private final URI repository;

  ManifestCache(Path cache, URI repository) {
    this.home = cache.resolve("oci-manifests").resolve(hex(repository.toString()));
    this.repository = repository;
  }

  private static String hex(String text) {
    return OciDescriptor.hex(Artifact.digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Remembers a manifest, and the revision that named it. */
  void keep(String revision, StoredManifest manifest) throws IOException {
    String id = OciDescriptor.hex(manifest.digest());
    write(home.resolve(id + ".json"), manifest.bytes());
    write(ref(revision), id.getBytes(StandardCharsets.US_ASCII));
  }

  private Path ref(String revision) {
    return home.resolve(hex(revision) + ".ref");
  }

  private void write(Path file, byte[] bytes) throws IOException {
    if (Files.isRegularFile(file) && Files.size(file) == bytes.length) {
      byte[] there = Files.readAllBytes(file);
      if (Artifact.digest(there).equals(Artifact.digest(bytes))) {
        return;
      }
    }
    Files.createDirectories(home);
    Path fresh = Files.createTempFile(home, "new", ".tmp");
    try {
      Files.write(fresh, bytes);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /** The manifest that a revision named when it was last fetched. */
  StoredManifest find(String revision) throws IOException {
    String what = "revision \"" + revision + "\", offline,";
    String id = revision.replaceFirst("^" + OciDescriptor.PREFIX, "");
    if (!id.matches("[0-9a-f]{64}")) {
      id = new String(read(ref(revision), what), StandardCharsets.US_ASCII);
    }
    if (!id.matches("[0-9a-f]{64}")) {
      throw new HubException.Corrupt(what, "a digest", "something else", ref(revision));
    }
    Path file = home.resolve(id + ".json");
    byte[] bytes = read(file, what);
    if (!Artifact.digest(bytes).equals(OciDescriptor.PREFIX + id)) {
      throw new HubException.Corrupt(what, "the manifest " + id, "other bytes", file);
    }
    return StoredManifest.read(bytes, what, file);
  }

  private byte[] read(Path file, String what) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new HubException.NotFound(what, "to be cached", "none", repository);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(Registry.MAX_MANIFEST + 1);
    }
  }
}
