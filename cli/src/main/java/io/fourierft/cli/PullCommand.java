package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Checkout;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft pull}. */
@Command(
    name = "pull",
    sortOptions = false,
    description = {
      "Fetches a version and writes its files to a directory, each checked against its digest.",
      "What is there with the same bytes stays as it is; other files are replaced with --force only."
    })
final class PullCommand implements Callable<Integer> {
  @Mixin private HubOption hub;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DIR",
      description = "Where the files go.")
  private Path output;

  @Option(names = "--force", description = "Replace files that have other bytes.")
  private boolean force;

  @Mixin private TrustOption trust;
  @Mixin private JsonOption json;

  @Parameters(paramLabel = RepoName.LABEL, description = "What to fetch.")
  private String name;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoName repo = RepoName.parse(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    try (Hub open = Hubs.open(uri);
        TransferBar bar = TransferBar.of("pulling", root)) {
      Manifest manifest = open.manifest(repo.id(), repo.revision());
      FetchOptions options =
          trust.in(FetchOptions.defaults().withListener(bar.of(manifest.totalSize())));
      Path fetched = open.fetch(repo.id(), manifest.version().id(), options);
      bar.end();
      int written = Checkout.write(manifest, fetched, output, force);
      report(uri, manifest, written);
    }
    return 0;
  }

  private void report(HubUri uri, Manifest manifest, int written) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.of(manifest).put("hub", uri.toString());
      Results.print(out, object.put("output", output.toString()).put("written", written));
      return;
    }
    Table table = new Table();
    table.add("pulled", manifest.version().repo() + " version " + manifest.version().shortId());
    table.add(
        "to",
        output
            + ": "
            + manifest.files().size()
            + " files, "
            + Table.size(manifest.totalSize())
            + ", "
            + written
            + " of them written");
    table.print(out);
  }
}
