package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft history}. */
@Command(
    name = "history",
    sortOptions = false,
    description = "Lists the versions of an adapter, newest first.")
final class HistoryCommand implements Callable<Integer> {
  @Mixin private HubOption hub;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = "NAMESPACE/NAME", description = "The adapter.")
  private String name;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoId id = RepoName.plain(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    List<Version> versions;
    Map<String, String> tags;
    try (Hub open = Hubs.open(uri)) {
      versions = open.history(id);
      tags = open.tags(id);
    }
    PrintWriter out = spec.commandLine().getOut();
    ArrayNode array = Results.array();
    Table table = new Table();
    for (Version version : versions) {
      List<String> named = new ArrayList<>();
      tags.forEach((tag, at) -> addIf(named, tag, at.equals(version.id())));
      ObjectNode object = Results.of(version);
      object.set("tags", Results.texts(named));
      array.add(object);
      table.add(
          version.shortId(),
          Table.time(version.created()),
          named.isEmpty() ? "-" : String.join(", ", named),
          Table.firstLine(version.message()));
    }
    if (json.isOn()) {
      Results.print(out, array);
    } else {
      table.print(out);
    }
    return 0;
  }

  private static void addIf(List<String> names, String name, boolean wanted) {
    if (wanted) {
      names.add(name);
    }
  }
}
