package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.hub.DirectoryHub;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.FsckReport;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Manifest;
import io.fourierft.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Checks what a hub holds: the bytes there, not those that were fetched before. */
final class HubCheck {
  private final HubUri uri;
  private final TrustOption trust;
  private final RootCommand root;

  HubCheck(HubUri uri, TrustOption trust, RootCommand root) {
    this.uri = uri;
    this.trust = trust;
    this.root = root;
  }

  /** Checks each file of a version against its digest, and each adapter as a whole. */
  Manifest version(RepoName repo) throws IOException {
    Path cache = Files.createTempDirectory("fourierft-verify");
    try (Hub open = Hubs.open(uri);
        TransferBar bar = TransferBar.of("checking", root)) {
      Manifest manifest = open.manifest(repo.id(), repo.revision());
      FetchOptions options =
          FetchOptions.defaults().withCache(cache).withListener(bar.of(manifest.totalSize()));
      Path fetched = open.fetch(repo.id(), manifest.version().id(), trust.in(options));
      for (HubFile file : manifest.files()) {
        checkContent(fetched.resolve(file.path()));
      }
      return manifest;
    } finally {
      delete(cache);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static void checkContent(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.endsWith(".fft")) {
      AdapterFiles.verify(file);
    } else if (name.endsWith(".safetensors")) {
      SafetensorsFile.open(file).close();
    }
  }

  /** Looks for damage in all of a directory hub. */
  static FsckReport whole(HubUri.Directory directory) throws IOException {
    try (DirectoryHub open = DirectoryHub.open(directory.path())) {
      return open.fsck();
    }
  }

  /** A report for programs. */
  static ObjectNode json(HubUri hub, FsckReport report) {
    ObjectNode object = Results.object().put("hub", hub.toString());
    ArrayNode findings = object.put("whole", report.damage().isEmpty()).putArray("findings");
    for (FsckReport.Finding finding : report.findings()) {
      ObjectNode found = findings.addObject().put("kind", finding.kind().toString());
      found.put("path", finding.path()).put("detail", finding.detail());
    }
    return object;
  }
}
