package io.fourierft.samples.quickstart;

import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Version;
import io.fourierft.samples.classify.Score;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import io.fourierft.train.FineTuner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Fine-tunes MiniLM with FourierFT for a classification task, compares it with linear probing,
 * writes the adapter, publishes it, fetches it by name into a fresh model, checks that the two
 * agree, and writes a report.
 */
public final class QuickStart {
  private final QuickStartOptions options;
  private final QuickStartListener listener;
  private volatile boolean stopping;
  private volatile FineTuner running;

  /**
   * Makes a quick start that has not begun.
   *
   * @param options what it works with
   * @param listener hears how it goes
   */
  public QuickStart(QuickStartOptions options, QuickStartListener listener) {
    this.options = options;
    this.listener = listener;
  }

  /**
   * Asks a running quick start to end soon; may be called from any thread. A training that is
   * stopped leaves a checkpoint.
   */
  public void stop() {
    stopping = true;
    FineTuner tuner = running;
    if (tuner != null) {
      tuner.stop();
    }
  }

  private void running(FineTuner tuner) {
    running = tuner;
    if (stopping) {
      tuner.stop();
    }
  }

  /**
   * Does it all.
   *
   * @return the result, or nothing if it was stopped
   * @throws IOException if something is missing, damaged or cannot be written
   */
  public Optional<QuickStartResult> run() throws IOException {
    try (Hub hub = openHub()) {
      listener.progress("data", Texts.data(options.data()));
      TokenisedData data = tokenise();
      RunDirectory run = RunDirectory.open(options);
      Training training = new Training(options, data, this::running);
      Optional<Trained> trained = training.adapt(run, listener);
      if (trained.isEmpty()) {
        listener.result("stopped", "--resume goes on from " + run.checkpoint());
        return Optional.empty();
      }
      tell(trained.get(), run);
      Optional<Double> probing = training.probe(listener.training("linear probing"));
      if (probing.isEmpty()) {
        listener.result("stopped", "the adapter is complete: " + run.adapter());
        return Optional.empty();
      }
      listener.result("probing", Texts.percent(probing.get()) + " with the head alone");
      return Optional.of(finish(hub, run, data, trained.get(), probing.get()));
    }
  }

  /** Opens the hub now: a training should not end at a hub that takes nothing. */
  private Hub openHub() throws IOException {
    Hub hub = Hubs.open(options.hub());
    if (options.hub() instanceof HubUri.Directory local) {
      Path existing = local.path();
      while (!Files.exists(existing) && existing.getParent() != null) {
        existing = existing.getParent();
      }
      if (!Files.isDirectory(existing) || !Files.isWritable(existing)) {
        hub.close();
        throw new IOException(
            "hub expected a writable directory but found "
                + (Files.isDirectory(existing) ? "a read-only one" : "a file")
                + " ("
                + existing
                + ")");
      }
    }
    return hub;
  }

  private TokenisedData tokenise() throws IOException {
    try (HfTokenizer tokenizer = MiniLm.tokenizer(LengthLimit.refuse(MiniLm.MAX_TOKENS))) {
      return TokenisedData.of(options.data(), tokenizer);
    }
  }

  private void tell(Trained trained, RunDirectory run) {
    listener.result(
        "accuracy",
        Texts.percent(trained.evaluation().accuracy())
            + Texts.format(" of %,d test examples, ", options.data().test().size())
            + "trained in "
            + Texts.format("%.1f s", trained.seconds()));
    listener.result("file", run.adapter() + ", " + Texts.file(trained.file()));
    listener.result("as F16", Texts.half(trained.half(), trained.evaluation().accuracy()));
  }

  private QuickStartResult finish(
      Hub hub, RunDirectory run, TokenisedData data, Trained trained, double probing)
      throws IOException {
    Version version = RoundTrip.publish(hub, options, run.adapter());
    listener.result(
        "published", options.name() + " version " + version.shortId() + " to " + options.hub());
    RoundTrip trip = RoundTrip.of(hub, version, options, trained.logits(), data.test());
    int predictions = trained.logits().length;
    listener.result(
        "fetched",
        Texts.format(
            "into a fresh model: %,d of %,d predictions identical", trip.identical(), predictions));
    if (trip.identical() != predictions) {
      throw new IllegalStateException(
          "predictions of the fetched adapter expected identical to the trained one's but found "
              + (predictions - trip.identical())
              + " that differ ("
              + options.name()
              + ")");
    }
    trip.answers().forEach(answer -> listener.result("classified", line(answer)));
    QuickStartResult result =
        new QuickStartResult(
            trained.evaluation().accuracy(),
            probing,
            run.adapter(),
            trained.file(),
            version.id(),
            predictions,
            trip.identical(),
            trip.answers(),
            run.report(),
            trained.seconds());
    QuickStartReport.of(options, trained, result).write(run.report());
    listener.result("report", run.report().toString());
    OptionalLong peak = PeakMemory.bytes();
    if (peak.isPresent()) {
      listener.progress("memory", Texts.format("%.2f GB at most", peak.getAsLong() / 1e9));
    }
    return result;
  }

  private static String line(QuickStartResult.Answer answer) {
    List<Score> scores = answer.scores();
    return '"' + answer.sentence() + "\": " + Texts.answer(scores);
  }
}
