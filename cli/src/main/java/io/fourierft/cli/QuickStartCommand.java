package io.fourierft.cli;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.RepoId;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.data.TsvFile;
import io.fourierft.samples.quickstart.QuickStart;
import io.fourierft.samples.quickstart.QuickStartOptions;
import io.fourierft.samples.wordnet.WordNetGlosses;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft quickstart}. */
@Command(
    name = "quickstart",
    sortOptions = false,
    description = {
      "Fine-tunes a pretrained encoder with FourierFT, publishes the adapter, fetches it again and"
          + " uses it.",
      "Without --data, the task is to tell the category of WordNet's nouns from their definitions."
    })
final class QuickStartCommand implements Callable<Integer> {
  private static final int STOPPED = 1;
  private static final int FAST_TRAIN = 2000;
  private static final int FAST_TEST = 500;
  private static final int SHOWN = 5;
  private static final List<String> SENTENCES =
      List.of(
          "a large striped cat",
          "a flat round bread baked in a clay oven",
          "someone who repairs old clocks for a living",
          "great joy at meeting an old friend",
          "the hours between midnight and sunrise");

  @Option(names = "--fast", description = "Train on 2,000 examples, in less than a minute.")
  private boolean fast;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "A task of your own: lines of a label, a tab and a text.")
  private Path data;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Train on the first N examples only.")
  private Integer examples;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Passes over the examples (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the head and of the batches (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private HubOption hub;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "quickstart",
      description = "Name of the adapter in the hub (default: ${DEFAULT-VALUE}).")
  private String name;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      defaultValue = "quickstart-output",
      description = "Where adapter.fft and report.html go (default: ${DEFAULT-VALUE}).")
  private Path output;

  @Option(names = "--resume", description = "Go on with an interrupted run.")
  private boolean resume;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    QuickStartOptions options = options();
    Backend.start();
    PrintWriter out = spec.commandLine().getOut();
    QuickStart quickStart = new QuickStart(options, ProgressPrinter.of(out, root.quiet()));
    Interrupt interrupt = Interrupt.calls(quickStart::stop);
    try {
      boolean done = quickStart.run().isPresent();
      if (done && !root.quiet()) {
        out.println();
        out.printf(
            "Next: ./fourierft classify%s --adapter %s \"a large striped cat\"%n",
            hub.asGiven(), name);
      }
      out.flush();
      return done ? 0 : STOPPED;
    } finally {
      interrupt.close();
    }
  }

  private QuickStartOptions options() throws IOException {
    Usage.positive(spec, "--epochs", epochs);
    if (examples != null) {
      Usage.positive(spec, "--examples", examples);
    }
    RepoId id = Usage.of(spec, () -> RepoId.parse(name));
    HubUri uri = Usage.of(spec, hub::uri);
    TextData task = task();
    return new QuickStartOptions(
        task, id, uri, FetchOptions.defaults(), sentences(task), output, seed, epochs, resume);
  }

  private TextData task() throws IOException {
    TextData task = data == null ? WordNetGlosses.load() : TsvFile.read(data);
    int train = fast ? FAST_TRAIN : task.train().size();
    int test = fast ? FAST_TEST : task.test().size();
    return task.first(examples == null ? train : examples, test);
  }

  private List<String> sentences(TextData task) {
    return data == null
        ? SENTENCES
        : task.test().stream().limit(SHOWN).map(example -> example.text()).toList();
  }
}
