package io.fourierft.cli;

import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft rm}. */
@Command(
    name = "rm",
    sortOptions = false,
    description = "Deletes an adapter with all its versions and tags.")
final class RemoveCommand implements Callable<Integer> {
  private static final int KEPT = 1;

  @Mixin private HubOption hub;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Mixin private JsonOption json;

  @Parameters(paramLabel = "NAMESPACE/NAME", description = "The adapter.")
  private String name;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoId id = RepoName.plain(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    Console console = System.console();
    boolean canAsk = console != null && Boolean.getBoolean(TransferBar.TERMINAL);
    if (!yes && !canAsk) {
      throw Usage.wrong(spec, "--yes expected where nobody can be asked but found none");
    }
    try (Hub open = Hubs.open(uri)) {
      List<Version> versions = open.history(id);
      if (!yes && !isConfirmed(new BufferedReader(console.reader()), id, versions)) {
        spec.commandLine().getErr().println("fourierft: nothing was deleted");
        return KEPT;
      }
      open.delete(id);
      report(uri, id, versions);
    }
    return 0;
  }

  private boolean isConfirmed(BufferedReader in, RepoId id, List<Version> versions)
      throws IOException {
    PrintWriter err = spec.commandLine().getErr();
    err.print(
        "This deletes "
            + id
            + " with "
            + versions.size()
            + " version(s). Type its name to go on: ");
    err.flush();
    String answer = in.readLine();
    return answer != null && answer.strip().equals(id.toString());
  }

  private void report(HubUri uri, RepoId id, List<Version> versions) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      Results.print(
          out,
          Results.object()
              .put("repository", id.toString())
              .put("hub", uri.toString())
              .put("versions", versions.size()));
      return;
    }
    Table table = new Table();
    table.add("deleted", id + " with " + versions.size() + " version(s) from " + uri);
    table.print(out);
  }
}
