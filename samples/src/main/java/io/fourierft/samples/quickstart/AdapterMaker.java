package io.fourierft.samples.quickstart;

import io.fourierft.AdaptedModel;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.Provenance;
import io.fourierft.adapter.Task;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.Build;
import io.fourierft.samples.minilm.MiniLm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * Makes an adapter out of a trained model: what it belongs to, what it answers, where it comes
 * from. Two runs of the same settings make the same bytes, so the time is left to the hub.
 */
final class AdapterMaker {
  private static final String NO_TIME = "";

  private final QuickStartOptions options;
  private final PretrainedModel base;

  private AdapterMaker(QuickStartOptions options, PretrainedModel base) {
    this.options = options;
    this.base = base;
  }

  /** A written adapter. */
  record Written(Adapter adapter, AdapterFileInfo info) {}

  static AdapterMaker of(QuickStartOptions options, PretrainedModel base) {
    return new AdapterMaker(options, base);
  }

  Written write(Path file, AdaptedModel adapted, Optional<Evaluation> evaluation)
      throws IOException {
    Adapter adapter =
        adapted
            .toAdapter()
            .baseModel(new BaseModel(MiniLm.ID, "", base.fingerprint()))
            .task(
                new Task(
                    "text-classification",
                    options.data().labels(),
                    MiniLm.ID,
                    base.config().maxTokens()))
            .provenance(
                new Provenance(
                    Build.version(),
                    NO_TIME,
                    options.data().trainDigest(),
                    settings(options),
                    metrics(evaluation)))
            .build();
    return new Written(adapter, AdapterFiles.write(file, adapter));
  }

  private static Map<String, Double> metrics(Optional<Evaluation> evaluation) {
    Map<String, Double> metrics = new TreeMap<>();
    evaluation.ifPresent(value -> metrics.put("accuracy", value.accuracy()));
    return metrics;
  }

  /** All settings by name. */
  static Map<String, String> settings(QuickStartOptions options) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("method", "FourierFT");
    settings.put("coefficients per layer", Integer.toString(Training.COEFFICIENTS));
    settings.put("scaling", Double.toString(Training.SCALING));
    settings.put("adapted layers", "query and value of every layer");
    settings.put("optimiser", "AdamW, no weight decay");
    settings.put("learning rate, coefficients", Double.toString(Training.SPECTRUM_RATE));
    settings.put("learning rate, head", Double.toString(Training.HEAD_RATE));
    settings.put("schedule", "linear, 6 % warm-up");
    settings.put("batch size", Integer.toString(Training.BATCH));
    settings.put("epochs", Integer.toString(options.epochs()));
    settings.put("seed", Long.toString(options.seed()));
    return settings;
  }
}
