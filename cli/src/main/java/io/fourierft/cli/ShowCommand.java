package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft show}. */
@Command(
    name = "show",
    sortOptions = false,
    description = "Tells what a version holds: its files with their digests, and what it is for.")
final class ShowCommand implements Callable<Integer> {
  @Mixin private HubOption hub;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = RepoName.LABEL, description = "The version.")
  private String name;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoName repo = RepoName.parse(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    Manifest manifest;
    List<String> tags;
    try (Hub open = Hubs.open(uri)) {
      manifest = open.manifest(repo.id(), repo.revision());
      String version = manifest.version().id();
      tags =
          open.tags(repo.id()).entrySet().stream()
              .filter(tag -> tag.getValue().equals(version))
              .map(Map.Entry::getKey)
              .toList();
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.of(manifest).put("hub", uri.toString());
      object.set("tags", Results.texts(tags));
      Results.print(out, object);
    } else {
      print(out, manifest, tags);
    }
    return 0;
  }

  private static void print(PrintWriter out, Manifest manifest, List<String> tags) {
    Version version = manifest.version();
    Table table = new Table();
    table.add("repository", version.repo().toString());
    table.add("version", version.id());
    add(table, "parent", String.join(", ", version.parents()));
    table.add("published", Table.time(version.created()));
    add(table, "message", Table.firstLine(version.message()));
    add(table, "base model", manifest.metadata().baseModel());
    add(table, "task", manifest.metadata().task());
    add(table, "keywords", String.join(", ", manifest.metadata().tags()));
    add(table, "tags", String.join(", ", tags));
    table.add("files", manifest.files().size() + ", " + Table.size(manifest.totalSize()));
    table.print(out);
    Table files = new Table();
    for (HubFile file : manifest.files()) {
      files.add("  " + file.path(), Table.size(file.size()), file.sha256());
    }
    files.print(out);
  }

  private static void add(Table table, String label, String text) {
    if (!text.isBlank()) {
      table.add(label, text);
    }
  }
}
