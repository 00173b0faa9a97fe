package io.fourierft.cli;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.huggingface.HuggingFaceSettings;
import io.fourierft.hub.huggingface.ModelDirectory;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which pretrained model a command works on. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "DIR_OR_ID",
      description =
          "Directory of a pretrained model, or its id [NAMESPACE/]NAME[@REVISION] on the hub that"
              + " HF_ENDPOINT names (default: huggingface.co).")
  private String model;

  @Option(
      names = "--offline",
      description = "Take a model by its id from the cache alone, as with HF_HUB_OFFLINE=1.")
  private boolean offline;

  /** Tells whether the option was given. */
  boolean isGiven() {
    return model != null;
  }

  /** The model on this machine, fetched into the shared cache if it is not a directory. */
  Path directory(CommandSpec spec) throws IOException {
    if (model == null) {
      throw new ParameterException(
          spec.commandLine(), "--model expected a directory or an id but found none");
    }
    RootCommand root = (RootCommand) spec.root().userObject();
    try (TransferBar bar = TransferBar.of("fetching", root)) {
      FetchOptions options = FetchOptions.defaults().withListener(bar);
      HuggingFaceSettings settings = HuggingFaceSettings.fromEnvironment();
      return ModelDirectory.find(model, offline ? settings.withOffline(true) : settings, options);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  @Override
  public String toString() {
    return String.valueOf(model);
  }
}
