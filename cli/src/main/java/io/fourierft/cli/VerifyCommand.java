package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.cli.adapter.AdapterReader;
import io.fourierft.cli.adapter.BaseAtHand;
import io.fourierft.cli.adapter.PeftFiles;
import io.fourierft.cli.adapter.Source;
import io.fourierft.hub.FsckReport;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Manifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft verify}. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Checks adapters: that the bytes are those that were written, that the content keeps the rules"
          + " of adapters, that all numbers are finite.",
      "With --model also that this is the base they were made for.",
      "With --hub, checks versions in a hub against their digests, or all of a directory hub."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int BROKEN = 1;

  @Parameters(
      arity = "0..*",
      paramLabel = "FILE_OR_DIR_OR_NAME",
      description = "Adapter files and PEFT directories; with --hub, NAMESPACE/NAME[@REVISION].")
  private List<String> targets = new ArrayList<>();

  @Option(names = "--hub", paramLabel = "URI", description = "Check what this hub holds.")
  private String hub;

  @Mixin private ModelOption model;

  @Option(names = "--force", description = "Accept a base of other weights; never of other shapes.")
  private boolean force;

  @Mixin private TrustOption trust;
  @Mixin private JsonOption json;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  /** Looks at one target. */
  private interface Look {
    void at(String target) throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    if (hub != null) {
      return inHub(Usage.of(spec, () -> HubUri.parse(hub)));
    }
    if (trust.isGiven()) {
      throw Usage.wrong(spec, "--signed-by expected with --hub and a name but found no --hub");
    }
    if (targets.isEmpty()) {
      throw Usage.wrong(spec, "FILE_OR_DIR expected but found none");
    }
    Optional<BaseAtHand> base = base();
    ArrayNode results = Results.array();
    return each(target -> verify(Path.of(target), base, results), results);
  }

  private Optional<BaseAtHand> base() throws IOException {
    if (!model.isGiven()) {
      return Optional.empty();
    }
    Backend.start();
    return Optional.of(BaseAtHand.open(model.directory(spec)));
  }

  private int inHub(HubUri uri) throws IOException {
    if (model.isGiven()) {
      throw Usage.wrong(spec, "--model expected without --hub but found both");
    }
    if (targets.isEmpty()) {
      return whole(uri);
    }
    HubCheck check = new HubCheck(uri, trust, root);
    List<RepoName> names = targets.stream().map(name -> RepoName.parse(spec, name)).toList();
    ArrayNode results = Results.array();
    return each(
        target -> report(check.version(names.get(targets.indexOf(target))), results), results);
  }

  private int whole(HubUri uri) throws IOException {
    if (trust.isGiven()) {
      throw Usage.wrong(spec, "--signed-by expected with a name but found none");
    }
    if (!(uri instanceof HubUri.Directory directory)) {
      throw Usage.wrong(spec, "NAME expected with a hub that is no directory but found none");
    }
    FsckReport report = HubCheck.whole(directory);
    PrintWriter out = spec.commandLine().getOut();
    boolean damaged = !report.damage().isEmpty();
    if (json.isOn()) {
      Results.print(out, HubCheck.json(uri, report));
    } else {
      report.findings().forEach(finding -> out.println(Table.plain(finding.toString())));
      out.printf(
          Locale.ROOT,
          "%s: %s, %d repositories, %d versions, %d files, %s%n",
          uri,
          damaged ? "damaged" : "whole",
          report.repositories(),
          report.versions(),
          report.blobs(),
          Table.size(report.bytes()));
    }
    out.flush();
    return damaged ? BROKEN : 0;
  }

  private int each(Look look, ArrayNode results) {
    int code = 0;
    for (String target : targets) {
      try {
        look.at(target);
      } catch (IOException broken) { // the others are looked at all the same
        spec.commandLine().getErr().println("fourierft: " + Failures.describe(broken));
        code = BROKEN;
      }
    }
    if (json.isOn()) {
      Results.print(spec.commandLine().getOut(), results);
    }
    return code;
  }

  private void report(Manifest manifest, ArrayNode results) {
    results.add(Results.of(manifest).put("whole", true));
    if (!json.isOn()) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf(
          Locale.ROOT,
          "%s: whole, version %s, %d files, %s%n",
          manifest.version().repo(),
          manifest.version().id(),
          manifest.files().size(),
          Table.size(manifest.totalSize()));
      out.flush();
    }
  }

  private void verify(Path path, Optional<BaseAtHand> base, ArrayNode results) throws IOException {
    Source source = Source.detect(path);
    LayerShapes shapes = base.map(BaseAtHand::shapes).orElse(LayerShapes.unknown());
    Adapter adapter = AdapterReader.read(source, shapes);
    if (base.isPresent()) {
      BaseCheck.Weights weights = force ? BaseCheck.Weights.FORCE : BaseCheck.Weights.STRICT;
      base.get().require(adapter, weights, path.toString());
    }
    String digest =
        source instanceof Source.Peft directory
            ? PeftFiles.of(directory.path()).sha256()
            : AdapterFiles.verify(source.path()).sha256();
    ObjectNode result = results.addObject().put("path", path.toString()).put("whole", true);
    result.put("of_this_base", base.isPresent()).put("layers", adapter.layers().size());
    result.put("tensors", adapter.tensors().size()).put("sha256", digest);
    if (json.isOn()) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s: whole%s, %d layers, %d tensors, sha256 %s%n",
        path,
        base.isPresent() ? " and of this base" : "",
        adapter.layers().size(),
        adapter.tensors().size(),
        digest);
    out.flush();
  }
}
