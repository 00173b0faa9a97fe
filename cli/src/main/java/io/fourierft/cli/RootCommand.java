package io.fourierft.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command itself: it holds the options that every subcommand has. */
@Command(
    name = "fourierft",
    description = "Fine-tunes pretrained transformers with FourierFT, on the JVM.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = VersionText.class,
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    usageHelpAutoWidth = true,
    subcommands = {
      QuickStartCommand.class,
      ClassifyCommand.class,
      InspectCommand.class,
      ConvertCommand.class,
      VerifyCommand.class,
      DiffCommand.class,
      ForwardCommand.class,
      GenerateCommand.class,
      TokenizeCommand.class,
      TableOneCommand.class,
      FigureSevenCommand.class,
      PushCommand.class,
      PullCommand.class,
      ListCommand.class,
      ShowCommand.class,
      HistoryCommand.class,
      TagCommand.class,
      RemoveCommand.class,
      DoctorCommand.class
    },
    footerHeading = "%nExit codes: 0 done, 1 failed, 2 wrong usage.%n")
final class RootCommand implements Runnable {
  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print results only, no progress.")
  private boolean quiet;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print where an error came from.")
  private boolean stacktrace;

  @Spec private CommandSpec spec;

  boolean quiet() {
    return quiet;
  }

  boolean stacktrace() {
    return stacktrace;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "command expected but found none");
  }
}
