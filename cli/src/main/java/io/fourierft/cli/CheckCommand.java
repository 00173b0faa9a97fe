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
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft check}. */
@Command(
    name = "check",
    sortOptions = false,
    description = {
      "Checks a version in a hub: each file against its digest, and each adapter as a whole.",
      "Without a name, looks for damage in all of a directory hub."
    })
final class CheckCommand implements Callable<Integer> {
  private static final int DAMAGED = 1;

  @Mixin private HubOption hub;
  @Mixin private JsonOption json;

  @Parameters(
      arity = "0..1",
      paramLabel = RepoName.LABEL,
      defaultValue = "",
      description = "The version.")
  private String name;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    HubUri uri = Usage.of(spec, hub::uri);
    if (!name.isEmpty()) {
      return version(uri, RepoName.parse(spec, name));
    }
    if (uri instanceof HubUri.Directory directory) {
      return whole(directory);
    }
    throw Usage.wrong(spec, "NAME expected with a hub that is no directory but found none");
  }

  private int version(HubUri uri, RepoName repo) throws IOException {
    Manifest manifest;
    // A cache of its own: the bytes of the hub count, not those that were fetched before.
    Path cache = Files.createTempDirectory("fourierft-check");
    try (Hub open = Hubs.open(uri);
        TransferBar bar = TransferBar.of("checking", root)) {
      manifest = open.manifest(repo.id(), repo.revision());
      FetchOptions options =
          FetchOptions.defaults().withCache(cache).withListener(bar.of(manifest.totalSize()));
      Path fetched = open.fetch(repo.id(), manifest.version().id(), options);
      for (HubFile file : manifest.files()) {
        checkContent(fetched.resolve(file.path()));
      }
    } finally {
      delete(cache);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      Results.print(out, Results.of(manifest).put("whole", true));
      return 0;
    }
    Table table = new Table();
    table.add("whole", manifest.version().repo() + " version " + manifest.version().shortId());
    table.add("checked", manifest.files().size() + " files, " + Table.size(manifest.totalSize()));
    table.print(out);
    return 0;
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

  private int whole(HubUri.Directory directory) throws IOException {
    FsckReport report;
    try (DirectoryHub open = DirectoryHub.open(directory.path())) {
      report = open.fsck();
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean damaged = !report.damage().isEmpty();
    if (json.isOn()) {
      ObjectNode object = Results.object().put("hub", directory.toString());
      ArrayNode findings = object.put("whole", !damaged).putArray("findings");
      for (FsckReport.Finding finding : report.findings()) {
        ObjectNode found = findings.addObject().put("kind", finding.kind().toString());
        found.put("path", finding.path()).put("detail", finding.detail());
      }
      Results.print(out, object);
    } else {
      report.findings().forEach(finding -> out.println(Table.plain(finding.toString())));
      out.println((damaged ? "damaged  " : "whole  ") + directory);
      out.flush();
    }
    return damaged ? DAMAGED : 0;
  }
}
