package io.fourierft.samples.quickstart;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.StorageType;
import io.fourierft.engine.DirectModel;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.classify.Accuracy;
import io.fourierft.samples.classify.Batches;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.data.TextExample;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.Encoded;
import io.fourierft.train.Bucketing;
import io.fourierft.train.FineTuner;
import io.fourierft.train.HeadOnly;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainReport;
import io.fourierft.train.TrainingDiverged;
import io.fourierft.train.Tuning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.evaluation.classification.Evaluation;

/** Trains a classifier over MiniLM: with an adapter, or its head alone. */
final class Training {
  /** Examples per batch. */
  static final int BATCH = 32;

  /** Coefficients per adapted layer. */
  static final int COEFFICIENTS = 1000;

  /** Factor of the weight change. */
  static final double SCALING = 150;

  /** Peak learning rate of the coefficients. */
  static final double SPECTRUM_RATE = 0.05;

  /** Peak learning rate of the head above an adapter. */
  static final double HEAD_RATE = 0.005;

  /** Peak learning rate of the head alone. */
  static final double PROBE_RATE = 0.01;

  /** Most test texts that the accuracy curve looks at. */
  private static final int CURVE_TEXTS = 250;

  /** One text for this many training examples keeps the looks cheap. */
  private static final int CURVE_SHARE = 25;

  private static final String[] TARGETS = {"query", "value"};

  private final QuickStartOptions options;
  private final TokenisedData data;
  private final Consumer<FineTuner> running;

  /**
   * Makes a training.
   *
   * @param options the task and the seed
   * @param data its texts
   * @param running told of each fine-tuner before it runs, so that somebody can stop it
   */
  Training(QuickStartOptions options, TokenisedData data, Consumer<FineTuner> running) {
    this.options = options;
    this.data = data;
    this.running = running;
  }

  private PretrainedModel load() throws IOException {
    int labels = options.data().labels().size();
    return MiniLm.load(Head.sentenceClassifier(labels), options.seed());
  }

  private TrainOptions trainOptions(double headRate) {
    return TrainOptions.defaults().withEpochs(options.epochs()).withRates(SPECTRUM_RATE, headRate);
  }

  /**
   * Trains the coefficients and the head, and writes the adapter.
   *
   * @param run where the checkpoint and the adapter go
   * @param listener hears how it goes
   * @return the result, or nothing if the training was stopped and left a checkpoint
   */
  Optional<Trained> adapt(RunDirectory run, QuickStartListener listener) throws IOException {
    FourierOptions fourier =
        FourierOptions.of(TargetModules.of(TARGETS))
            .withNFrequency(COEFFICIENTS)
            .withScaling(SCALING);
    try (PretrainedModel base = load();
        AdaptedModel adapted =
            FourierFt.attach(base.linears(), base.parameters(), fourier, base.fresh());
        DirectModel model = DirectModel.of(base.network(), base.parameters())) {
      listener.progress("model", Texts.model(base));
      listener.progress("adapter", Texts.adapter(adapted));
      TrainingCurve curve =
          new TrainingCurve(listener.training("fine-tuning"), () -> quickAccuracy(model));
      TrainReport report = fit(base, adapted, curve, run);
      if (report.stopped()) {
        return Optional.empty();
      }
      return Optional.of(trained(base, adapted, model, curve, report, run.adapter()));
    }
  }

  private TrainReport fit(
      PretrainedModel base, AdaptedModel adapted, TrainListener listener, RunDirectory run)
      throws IOException {
    try {
      return fit(base, adapted, trainOptions(HEAD_RATE), listener, Optional.of(run.checkpoint()));
    } catch (TrainingDiverged diverged) {
      AdapterMaker.of(options, base).write(run.adapter(), adapted, Optional.empty());
      throw new IOException(diverged.getMessage() + " (" + run.adapter() + ")", diverged);
    }
  }

  private TrainReport fit(
      PretrainedModel base,
      Tuning tuning,
      TrainOptions how,
      TrainListener listener,
      Optional<Path> checkpoint)
      throws IOException {
    Bucketing bucketing = new Bucketing(BATCH, data.paddingId(), options.seed());
    try (FineTuner tuner = FineTuner.of(base.network(), tuning, how)) {
      running.accept(tuner);
      return checkpoint.isPresent()
          ? tuner.fit(epoch -> bucketing.epoch(data.train(), epoch), listener, checkpoint.get())
          : tuner.fit(epoch -> bucketing.epoch(data.train(), epoch), listener);
    }
  }

  private Trained trained(
      PretrainedModel base,
      AdaptedModel adapted,
      DirectModel model,
      TrainingCurve curve,
      TrainReport report,
      Path file)
      throws IOException {
    float[][] logits = Batches.outputs(model, data.test(), data.paddingId());
    Evaluation evaluation = Accuracy.of(options.data().labels(), options.data().test(), logits);
    AdapterMaker.Written written =
        AdapterMaker.of(options, base).write(file, adapted, Optional.of(evaluation));
    LayerMap map = LayerMap.of(adapted, written.adapter());
    return new Trained(
        written.adapter(),
        written.info(),
        logits,
        evaluation,
        curve.losses(),
        curve.accuracies(),
        report.seconds() - curve.checking(),
        report.examples(),
        map,
        half(written.adapter(), adapted, model));
  }

  /** What storing all numbers as F16 costs in accuracy. */
  private Trained.Half half(Adapter adapter, AdaptedModel adapted, DirectModel model)
      throws IOException {
    byte[] bytes = AdapterFiles.toBytes(adapter, StorageType.F16, StorageType.F16);
    AdapterFileInfo info = AdapterFiles.verify(bytes, "adapter as F16");
    adapted.load(AdapterFiles.read(bytes, "adapter as F16"));
    double accuracy = accuracy(model, data.test(), options.data().test());
    adapted.load(adapter);
    return new Trained.Half(info, accuracy);
  }

  /**
   * Trains the head alone over the frozen encoder.
   *
   * @param listener hears how it goes
   * @return its accuracy on the test texts, or nothing if the training was stopped
   */
  Optional<Double> probe(TrainListener listener) throws IOException {
    try (PretrainedModel base = load();
        HeadOnly head = HeadOnly.of(base.parameters(), base.fresh());
        DirectModel model = DirectModel.of(base.network(), base.parameters())) {
      TrainReport report = fit(base, head, trainOptions(PROBE_RATE), listener, Optional.empty());
      return report.stopped()
          ? Optional.empty()
          : Optional.of(accuracy(model, data.test(), options.data().test()));
    }
  }

  /** Number of test texts that the accuracy curve looks at. */
  static int curveTexts(TextData data) {
    int affordable = Math.max(1, data.train().size() / CURVE_SHARE);
    return Math.min(Math.min(CURVE_TEXTS, affordable), data.test().size());
  }

  private double quickAccuracy(DirectModel model) {
    int count = curveTexts(options.data());
    return accuracy(model, data.test().subList(0, count), options.data().test().subList(0, count));
  }

  private double accuracy(DirectModel model, List<Encoded> texts, List<TextExample> truth) {
    float[][] logits = Batches.outputs(model, texts, data.paddingId());
    return Accuracy.of(options.data().labels(), truth, logits).accuracy();
  }
}
