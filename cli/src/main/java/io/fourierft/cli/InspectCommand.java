package io.fourierft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.AdapterSummary;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.cli.adapter.AdapterJson;
import io.fourierft.cli.adapter.AdapterReader;
import io.fourierft.cli.adapter.BaseAtHand;
import io.fourierft.cli.adapter.ModelSummary;
import io.fourierft.cli.adapter.PeftFiles;
import io.fourierft.cli.adapter.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft inspect}. */
@Command(
    name = "inspect",
    sortOptions = false,
    description = {
      "Tells what an adapter file, a PEFT directory or a pretrained model holds. An adapter is read"
          + " and checked in full; of a model the headers are.",
      "A PEFT directory does not hold the shapes of its layers: --model adds them."
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE_OR_DIR", description = "What to look at.")
  private Path path;

  @Mixin private ModelOption model;
  @Mixin private JsonOption json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Source source = Source.detect(path);
    if (source instanceof Source.Model folder) {
      ModelSummary summary = ModelSummary.of(folder.path());
      print(summary.rows(), summary::json);
      return 0;
    }
    LayerShapes shapes =
        model.isGiven() ? BaseAtHand.open(model.directory(spec)).shapes() : LayerShapes.unknown();
    if (source instanceof Source.Peft directory) {
      AdapterSummary summary = AdapterSummary.of(AdapterReader.read(source, shapes));
      PeftFiles files = PeftFiles.of(directory.path());
      print(files.rows(summary), () -> files.json(summary));
      return 0;
    }
    AdapterSummary summary =
        AdapterSummary.of(AdapterReader.read(source, shapes), AdapterFiles.verify(source.path()));
    print(summary.rows(), () -> AdapterJson.of(summary));
    return 0;
  }

  private void print(Map<String, String> rows, Supplier<JsonNode> result) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      Results.print(out, result.get());
      return;
    }
    Table table = new Table();
    rows.forEach(table::add);
    table.print(out);
  }
}
