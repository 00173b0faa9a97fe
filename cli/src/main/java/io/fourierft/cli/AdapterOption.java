package io.fourierft.cli;

import io.fourierft.adapter.BaseCheck;
import io.fourierft.cli.model.RunningModel;
import io.fourierft.importer.Head;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which adapter a command puts over its model, and how. */
final class AdapterOption {
  @Option(
      names = "--adapter",
      paramLabel = "PATH",
      description = "Adapter file or PEFT directory to put over the model.")
  private Path adapter;

  @Option(
      names = "--merge",
      description = "Add the adapter's weight changes to the weights once, before running.")
  private boolean merge;

  @Option(
      names = "--force",
      description =
          "Accept a model of other weights than the adapter was made for; never one of other"
              + " shapes.")
  private boolean force;

  /** Refuses options that do not go together. */
  void check(CommandSpec spec) {
    if (adapter == null && (merge || force)) {
      throw new ParameterException(
          spec.commandLine(), "--adapter expected with --merge or --force but found none");
    }
  }

  /** Loads a model with the adapter, if one was given. */
  RunningModel load(Path directory, Head head) throws IOException {
    return adapter == null
        ? RunningModel.load(directory, head)
        : RunningModel.load(
            directory,
            head,
            new RunningModel.Choice(
                adapter, merge, force ? BaseCheck.Weights.FORCE : BaseCheck.Weights.STRICT));
  }
}
