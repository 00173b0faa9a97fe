package io.fourierft.cli;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.cli.adapter.AdapterReader;
import io.fourierft.cli.adapter.BaseAtHand;
import io.fourierft.cli.adapter.PeftFiles;
import io.fourierft.cli.adapter.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft verify}. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Checks adapters: that the bytes are those that were written, that the content keeps the rules"
          + " of adapters, that all numbers are finite.",
      "With --model also that this is the base they were made for."
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int BROKEN = 1;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE_OR_DIR",
      description = "Adapter files and PEFT directories.")
  private List<Path> paths;

  @Mixin private ModelOption model;

  @Option(names = "--force", description = "Accept a base of other weights; never of other shapes.")
  private boolean force;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Optional<BaseAtHand> base = Optional.empty();
    if (model.isGiven()) {
      Backend.start();
      base = Optional.of(BaseAtHand.open(model.directory(spec)));
    }
    int code = 0;
    for (Path path : paths) {
      try {
        verify(path, base);
      } catch (IOException broken) { // the others are looked at all the same
        spec.commandLine().getErr().println("fourierft: " + Failures.describe(broken));
        code = BROKEN;
      }
    }
    return code;
  }

  private void verify(Path path, Optional<BaseAtHand> base) throws IOException {
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
