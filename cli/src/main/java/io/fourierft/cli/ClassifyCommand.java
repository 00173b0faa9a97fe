package io.fourierft.cli;

import io.fourierft.adapter.AdapterFiles;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.RepoId;
import io.fourierft.samples.classify.AdapterClassifier;
import io.fourierft.samples.classify.Score;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft classify}. */
@Command(
    name = "classify",
    sortOptions = false,
    description = "Fetches an adapter by its name and tells the categories of texts with it.")
final class ClassifyCommand implements Callable<Integer> {
  private static final String SUFFIX = ".fft";

  @Option(
      names = "--adapter",
      required = true,
      paramLabel = "NAME",
      description = "Name of the adapter in the hub.")
  private String name;

  @Option(
      names = "--revision",
      paramLabel = "REV",
      defaultValue = Hub.MAIN,
      description = "Version, tag or main (default: ${DEFAULT-VALUE}).")
  private String revision;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "5",
      description = "Categories to show for each text (default: ${DEFAULT-VALUE}).")
  private int top;

  @Mixin private HubOption hub;

  @Parameters(arity = "1..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> texts;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoId id = Usage.of(spec, () -> RepoId.parse(name));
    Usage.positive(spec, "--top", top);
    Path file = fetch(id);
    Backend.start();
    try (AdapterClassifier classifier =
        AdapterClassifier.open(AdapterFiles.read(file), id.toString())) {
      List<List<Score>> answers = classifier.classify(texts);
      for (int i = 0; i < texts.size(); i++) {
        print(texts.get(i), answers.get(i));
      }
    }
    return 0;
  }

  private Path fetch(RepoId id) throws IOException {
    try (Hub open = Hubs.open(Usage.of(spec, hub::uri))) {
      Manifest manifest = open.manifest(id, revision);
      List<String> adapters =
          manifest.files().stream()
              .map(HubFile::path)
              .filter(path -> path.endsWith(SUFFIX))
              .toList();
      if (adapters.size() != 1) {
        throw new IOException(
            "version expected one file *" + SUFFIX + " but found " + adapters + " (" + id + ")");
      }
      return open.fetch(id, manifest.version().id(), FetchOptions.defaults())
          .resolve(adapters.get(0));
    }
  }

  private void print(String text, List<Score> scores) {
    PrintWriter out = spec.commandLine().getOut();
    out.println('"' + text + '"');
    List<Score> shown = scores.subList(0, Math.min(top, scores.size()));
    int width = shown.stream().mapToInt(score -> score.label().length()).max().orElse(0);
    for (Score score : shown) {
      out.printf(
          Locale.ROOT, "  %-" + width + "s  %5.1f %%%n", score.label(), 100 * score.probability());
    }
    out.flush();
  }
}
