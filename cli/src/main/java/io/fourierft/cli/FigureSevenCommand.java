package io.fourierft.cli;

import io.fourierft.samples.figure7.Curve;
import io.fourierft.samples.figure7.FigureImage;
import io.fourierft.samples.figure7.FigureReport;
import io.fourierft.samples.figure7.FigureSeven;
import io.fourierft.samples.figure7.FigureSeven.Options;
import io.fourierft.samples.figure7.FigureSeven.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft figure7}. */
@Command(
    name = "figure7",
    sortOptions = false,
    description = {
      "Runs the paper's experiment of Figure 7: a hidden layer of 64 x 64 learns to tell eight"
          + " clusters, with FourierFT (n = 128) and with LoRA (r = 1), 128 parameters each.",
      "Draws the data and both curves."
    })
final class FigureSevenCommand implements Callable<Integer> {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the points and of the network (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "figure7-output",
      description = "Where figure7.html and figure7.png go (default: ${DEFAULT-VALUE}).")
  private Path output;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(output);
    Backend.start();
    Options options = new Options(seed, FigureSeven.LORA_RATES, true);
    Result result = FigureSeven.run(options, this::print);
    Path html = output.resolve("figure7.html");
    Path image = output.resolve("figure7.png");
    FigureReport.of(result, seed).write(html);
    FigureImage.write(result, image);
    line("report", html + ", " + image);
    return 0;
  }

  private void print(Curve curve) {
    if (!root.quiet()) {
      String perfect =
          curve.perfectAt().isPresent()
              ? "all points right at epoch " + curve.perfectAt().getAsInt()
              : "never all points right";
      line(
          curve.name(),
          String.format(
              Locale.ROOT,
              "%d parameters, learning rate %s: %s, best %.1f %%",
              curve.parameters(),
              curve.rate(),
              perfect,
              100 * curve.best()));
    }
  }

  private void line(String what, String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%-15s %s%n", what, text);
    out.flush();
  }
}
