package io.fourierft.cli;

import io.fourierft.adapter.BaseCheck;
import io.fourierft.cli.model.RunningModel;
import java.nio.file.Path;
import java.util.Optional;
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

  Optional<RunningModel.Choice> choice(CommandSpec spec) {
    if (adapter == null) {
      if (merge || force) {
        throw new ParameterException(
            spec.commandLine(), "--adapter expected with --merge or --force but found none");
      }
      return Optional.empty();
    }
    return Optional.of(
        new RunningModel.Choice(
            adapter, merge, force ? BaseCheck.Weights.FORCE : BaseCheck.Weights.STRICT));
  }
}
