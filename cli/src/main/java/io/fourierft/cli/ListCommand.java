package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Query;
import io.fourierft.hub.RepoSummary;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft list}. */
@Command(
    name = "list",
    sortOptions = false,
    description = "Lists the adapters of a hub, all or those that match.")
final class ListCommand implements Callable<Integer> {
  @Mixin private HubOption hub;

  @Option(
      names = "--base-model",
      paramLabel = "ID",
      defaultValue = "",
      description = "Adapters of this base model only.")
  private String baseModel;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "",
      description = "Adapters for this task only.")
  private String task;

  @Option(
      names = {"--tag", "--keyword"},
      paramLabel = "WORD",
      defaultValue = "",
      description = "Adapters with this keyword only.")
  private String keyword;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "How many at most (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private JsonOption json;

  @Parameters(
      arity = "0..1",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "A part of the name.")
  private String text;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Usage.positive(spec, "--limit", limit);
    HubUri uri = Usage.of(spec, hub::uri);
    List<RepoSummary> found;
    try (Hub open = Hubs.open(uri)) {
      found = open.list(new Query(baseModel, task, keyword, text, limit));
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ArrayNode array = Results.array();
      found.forEach(repo -> array.add(Results.of(repo)));
      Results.print(out, array);
    } else if (!found.isEmpty()) {
      print(out, found);
    } else if (!root.quiet()) {
      out.println("no adapters found in " + uri);
    }
    return 0;
  }

  private void print(PrintWriter out, List<RepoSummary> found) {
    Table table = new Table();
    if (!root.quiet()) {
      table.add("NAME", "VERSION", "PUBLISHED", "BASE MODEL", "TASK", "KEYWORDS");
    }
    for (RepoSummary repo : found) {
      table.add(
          repo.repo().toString(),
          repo.head().shortId(),
          Table.time(repo.head().created()),
          orDash(repo.metadata().baseModel()),
          orDash(repo.metadata().task()),
          String.join(", ", repo.metadata().tags()));
    }
    table.print(out);
  }

  private static String orDash(String text) {
    return text.isBlank() ? "-" : text;
  }
}
