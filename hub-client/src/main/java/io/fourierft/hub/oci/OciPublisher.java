package io.fourierft.hub.oci;

import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Makes the newest version of a repository hold the files of a publication. */
final class OciPublisher {
  private static final int TRIES = 5;

  private final Repository repository;
  private final RepoId repo;
  private final Publication publication;
  private final Optional<OciDescriptor> subject;
  private final long chunkSize;

  OciPublisher(
      Repository repository,
      RepoId repo,
      Publication publication,
      Optional<OciDescriptor> subject,
      long chunkSize) {
    this.repository = repository;
    this.repo = repo;
    this.publication = publication;
    this.subject = subject;
    this.chunkSize = chunkSize;
  }

  /**
   * Publishes.
   *
   * @param known repositories of this registry by the digest of a blob that they hold
   */
  Version publish(Map<String, String> known) throws IOException {
    List<HubFile> files = files();
    boolean sent = false;
    for (int attempt = 1; ; attempt++) {
      Optional<StoredManifest> head = repository.head();
      requireParent(head);
      if (head.isPresent() && head.get().isSame(files, publication.metadata(), subject)) {
        return head.get().version(repo);
      }
      if (!sent) {
        send(files, known);
        sent = true;
      }
      StoredManifest next = next(files, head);
      // Registries know no condition for a write. Looking once more leaves little time to others.
      Optional<String> now = repository.headDigest();
      if (now.equals(head.map(StoredManifest::digest))) {
        put(next);
        return next.version(repo);
      }
      if (publication.expectedParent().isPresent() || attempt == TRIES) {
        throw conflict("the version found before", now.orElse("none"));
      }
    }
  }

  private List<HubFile> files() throws IOException {
    List<HubFile> files = new ArrayList<>();
    for (Map.Entry<String, Path> source : publication.files().entrySet()) {
      Path file = source.getValue();
      try {
        String sha256 = ContentDigest.sha256().add(file).hex();
        files.add(new HubFile(source.getKey(), Files.size(file), sha256));
      } catch (IOException e) {
        throw HubException.translate(e, "reading " + source.getKey(), file);
      }
    }
    return files;
  }

  private void requireParent(Optional<StoredManifest> head) throws HubException {
    Optional<String> expected = publication.expectedParent();
    String found = head.map(stored -> OciDescriptor.hex(stored.digest())).orElse("");
    if (expected.isPresent() && !expected.get().equals(found)) {
      throw conflict(
          expected.get().isEmpty() ? "none" : expected.get(), found.isEmpty() ? "none" : found);
    }
  }

  private HubException conflict(String expected, String found) {
    return new HubException.Conflict(
        "newest version of " + repo, expected, found, repository.name());
  }

  private void send(List<HubFile> files, Map<String, String> known) throws IOException {
    for (HubFile file : files) {
      String digest = OciDescriptor.PREFIX + file.sha256();
      String type = LayerTypes.of(file.path()).mediaType();
      Optional<String> other =
          Optional.ofNullable(known.get(digest)).filter(name -> !name.equals(repository.name()));
      Path source = publication.files().get(file.path());
      OciDescriptor blob = new OciDescriptor(type, digest, file.size());
      LongConsumer progress =
          moved -> publication.listener().moved(file.path(), moved, file.size());
      repository.upload(blob, source, chunkSize, other, progress);
      progress.accept(file.size());
      known.put(digest, repository.name());
    }
    byte[] config = Artifact.config(files);
    Path written = Files.createTempFile("fourierft-config", ".json");
    try {
      Files.write(written, config);
      OciDescriptor blob = Artifact.descriptor(Artifact.CONFIG, config);
      repository.upload(blob, written, chunkSize, Optional.empty(), moved -> {});
    } finally {
      Files.deleteIfExists(written);
    }
  }

  private StoredManifest next(List<HubFile> files, Optional<StoredManifest> head)
      throws IOException {
    Artifact.Content content =
        new Artifact.Content(
            files,
            publication.metadata(),
            publication.message(),
            head.map(StoredManifest::digest),
            subject);
    byte[] bytes = Artifact.manifest(content, Artifact.config(files));
    if (bytes.length > Registry.MAX_MANIFEST) {
      throw new HubException.TooLarge(
          "manifest of " + repo, Registry.MAX_MANIFEST + " bytes at most", "more", repo);
    }
    return StoredManifest.read(bytes, "manifest of " + repo, repo);
  }

  private void put(StoredManifest next) throws IOException {
    boolean noted = repository.put(Hub.MAIN, next.bytes());
    if (subject.isPresent() && !noted) {
      repository
          .referrers()
          .add(
              subject.get(),
              next.descriptor(),
              Json.parse(next.bytes(), "manifest", repo).path("annotations"));
    }
  }
}
