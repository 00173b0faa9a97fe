package io.fourierft.cli;

import io.fourierft.cli.model.JsonInputs;
import io.fourierft.cli.model.JsonOutput;
import io.fourierft.cli.model.RunningModel;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.Importers;
import io.fourierft.io.AtomicFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fourierft forward}. */
@Command(
    name = "forward",
    sortOptions = false,
    description = {
      "Runs a model over a batch: the numbers to compare with Python's.",
      "Input: a JSON object with input_ids and, if wanted, attention_mask and token_type_ids as"
          + " lists of rows, or with pixel_values as [batch][channel][row][column], and with"
          + " interpolate_pos_encoding: true if the images are not of the model's size.",
      "Output: {\"logits\": ...}, the answer of the head that config.json names under"
          + " architectures; the last hidden states for a model without a head, scores of start and"
          + " end for question answering."
    })
final class ForwardCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private AdapterOption adapter;

  @Option(names = "--input", required = true, paramLabel = "FILE", description = "The batch.")
  private Path input;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Where the answer goes (default: standard output).")
  private Path output;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    adapter.check(spec);
    if (output != null) {
      Usage.writable(spec, "--output", output);
    }
    Path directory = model.directory(spec);
    Backend.start();
    try (RunningModel running =
        adapter.load(directory, Importers.head(Importers.config(directory)))) {
      warn(running.random(), directory);
      Inputs inputs = JsonInputs.read(input, running.model().config());
      try (DirectModel direct =
          DirectModel.of(running.network(inputs), running.model().parameters())) {
        write(JsonOutput.of(direct.forward(inputs), inputs.batch(), running.model().head()));
      }
    }
    return 0;
  }

  /** A head that no file has answers at random, as in transformers, but not without a word. */
  private void warn(List<String> random, Path directory) {
    if (!random.isEmpty()) {
      String names = String.join(", ", random);
      PrintWriter err = spec.commandLine().getErr();
      err.printf(
          "fourierft: %s expected in the weights but found none: random numbers stand in, and the"
              + " answer means nothing (%s)%n",
          names, directory);
      err.flush();
    }
  }

  private void write(JsonOutput answer) throws IOException {
    if (output != null) {
      AtomicFile.write(output, answer::write);
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    answer.write(out);
    out.println();
    out.flush();
  }
}
