package io.fourierft.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.RepoId;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.wordnet.WordNetGlosses;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quick start on a few examples: what matters here is not what it learns. */
class QuickStartTest {
  private static TextData data;

  @TempDir private Path folder;

  @BeforeAll
  static void readTheData() throws IOException {
    data = WordNetGlosses.load().first(256, 40);
  }

  @Test
  void anInterruptedRunEndsWithTheSameAdapterAsOneThatWasNot() throws IOException {
    QuickStartOptions straight = options("straight", 0, false);
    QuickStartOptions stopped = options("stopped", 0, false);

    assertThat(new QuickStart(straight, QuickStartListener.SILENT).run()).isPresent();
    assertThat(runUntilStep(3, stopped)).isFalse();
    assertThat(stopped.output().resolve("checkpoint.bin")).isNotEmptyFile();
    assertThat(stopped.output().resolve("adapter.fft")).doesNotExist();
    assertThatThrownBy(() -> new QuickStart(stopped, QuickStartListener.SILENT).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("--resume");
    QuickStartOptions resumed = options("stopped", 0, true);
    assertThat(new QuickStart(resumed, QuickStartListener.SILENT).run()).isPresent();

    assertThat(adapter(resumed)).isEqualTo(adapter(straight));
    assertThat(stopped.output().resolve("checkpoint.bin")).doesNotExist();
  }

  @Test
  void anInterruptedRunIsNotResumedWithOtherSettings() throws IOException {
    assertThat(runUntilStep(2, options("run", 0, false))).isFalse();

    QuickStartOptions other = options("run", 1, true);

    assertThatThrownBy(() -> new QuickStart(other, QuickStartListener.SILENT).run())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("seed expected 0 as in the interrupted run but found 1");
  }

  @Test
  void resumingNeedsAnInterruptedRun() {
    QuickStartOptions options = options("fresh", 0, true);

    assertThatThrownBy(() -> new QuickStart(options, QuickStartListener.SILENT).run())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("checkpoint to resume from expected but found none");
    assertThat(options.output()).doesNotExist();
  }

  @Test
  void aHubThatIsAFileIsToldBeforeTheTraining() throws IOException {
    Files.writeString(folder.resolve("hub"), "");
    QuickStartOptions options = options("run", 0, false);

    assertThatThrownBy(() -> new QuickStart(options, QuickStartListener.SILENT).run())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("hub").toString());
    assertThat(options.output()).doesNotExist();
  }

  private QuickStartOptions options(String run, long seed, boolean resume) {
    return new QuickStartOptions(
        data,
        RepoId.parse(run),
        new HubUri.Directory(folder.resolve("hub")),
        FetchOptions.defaults().withCache(folder.resolve("cache")),
        List.of("a large striped cat"),
        folder.resolve(run),
        seed,
        1,
        resume);
  }

  private static byte[] adapter(QuickStartOptions options) throws IOException {
    return Files.readAllBytes(options.output().resolve("adapter.fft"));
  }

  /** Whether the run came to its end all the same. */
  private static boolean runUntilStep(int last, QuickStartOptions options) throws IOException {
    AtomicReference<QuickStart> running = new AtomicReference<>();
    running.set(new QuickStart(options, stopper(running, last)));
    return running.get().run().isPresent();
  }

  private static QuickStartListener stopper(AtomicReference<QuickStart> running, int last) {
    return new QuickStartListener() {
      @Override
      public void progress(String what, String text) {}

      @Override
      public void result(String what, String text) {}

      @Override
      public TrainListener training(String what) {
        return new TrainListener() {
          @Override
          public void onStep(TrainStep step) {
            if (step.step() == last) {
              running.get().stop();
            }
          }
        };
      }
    };
  }
}
