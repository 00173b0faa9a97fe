package io.fourierft.samples.figure7;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Parameters;
import io.fourierft.train.Batch;
import io.fourierft.train.FineTuner;
import io.fourierft.train.Schedule;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainStep;
import io.fourierft.train.Tuning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The experiment of Figure 7: a network of random weights learns to tell eight clusters of points
 * by changing one hidden layer of 64 x 64, once with LoRA of rank 1 and once with 128 coefficients
 * of FourierFT: 128 parameters each. Every epoch is one AdamW step on all points.
 *
 * <p>The paper gives no learning rates. FourierFT takes one; LoRA may try several, and the best of
 * its runs counts.
 */
public final class FigureSeven {
  /** Epochs of the paper's figure. */
  public static final int EPOCHS = 2000;

  /** Learning rates that LoRA tries. */
  public static final List<Double> LORA_RATES = List.of(0.001, 0.01, 0.05);

  private static final int RANK = 1;
  private static final int COEFFICIENTS = 2 * Perceptron.WIDTH;
  private static final double SCALING = 300;
  private static final double FOURIER_RATE = 0.01;

  private final Options options;
  private final Clusters clusters;
  private final Batch batch;

  private FigureSeven(Options options) {
    this.options = options;
    this.clusters = Clusters.draw(options.seed());
    this.batch = clusters.batch();
  }

  /**
   * What came out.
   *
   * @param clusters the points
   * @param fourier FourierFT's run
   * @param lora LoRA's runs, one for each learning rate
   */
  public record Result(Clusters clusters, Curve fourier, List<Curve> lora) {
    /** Keeps a copy. */
    public Result {
      lora = List.copyOf(lora);
    }

    /**
     * The run of LoRA that came furthest.
     *
     * @return the one with the best accuracy
     */
    public Curve bestLora() {
      return lora.stream().max(Comparator.comparingDouble(Curve::best)).orElseThrow();
    }
  }

  /** Hears of each training. */
  @FunctionalInterface
  public interface Listener {
    /**
     * A training is over.
     *
     * @param curve how it went
     */
    void trained(Curve curve);
  }

  /**
   * How much of it to run.
   *
   * @param seed of points, weights and LoRA's start
   * @param loraRates learning rates that LoRA tries
   * @param toTheEnd whether to go on once every point is told right
   */
  public record Options(long seed, List<Double> loraRates, boolean toTheEnd) {
    /** Keeps a copy. */
    public Options {
      loraRates = List.copyOf(loraRates);
    }
  }

  /**
   * Runs the experiment.
   *
   * @param options how much of it
   * @param listener hears of each training
   * @return what came out
   */
  public static Result run(Options options, Listener listener) {
    FigureSeven figure = new FigureSeven(options);
    Curve fourier = figure.fourier();
    listener.trained(fourier);
    List<Curve> lora = new ArrayList<>();
    for (double rate : options.loraRates()) {
      Curve curve = figure.lora(rate);
      lora.add(curve);
      listener.trained(curve);
    }
    return new Result(figure.clusters, fourier, lora);
  }

  private Curve fourier() {
    FourierOptions settings =
        FourierOptions.of(TargetModules.of(Perceptron.HIDDEN.module()))
            .withNFrequency(COEFFICIENTS)
            .withScaling(SCALING);
    return train("FourierFT", FOURIER_RATE, parameters -> attach(parameters, settings));
  }

  private static AdaptedModel attach(Parameters parameters, FourierOptions settings) {
    return FourierFt.attach(List.of(Perceptron.HIDDEN), parameters, settings, List.of());
  }

  private Curve lora(double rate) {
    return train(
        "LoRA",
        rate,
        parameters -> LowRank.attach(parameters, Perceptron.HIDDEN, RANK, options.seed() + 1));
  }

  private Curve train(String name, double rate, Function<Parameters, Tuning> method) {
    TrainOptions training =
        TrainOptions.defaults()
            .withEpochs(EPOCHS)
            .withRates(rate, rate)
            .withSchedule(new Schedule.Constant());
    Perceptron network = new Perceptron();
    try (Parameters parameters = Perceptron.parameters(options.seed());
        Tuning tuning = method.apply(parameters);
        DirectModel model = DirectModel.of(network, parameters);
        FineTuner tuner = FineTuner.of(network, tuning, training)) {
      Runnable whenPerfect = options.toTheEnd() ? () -> {} : tuner::stop;
      Accuracies accuracies = new Accuracies(model, batch, whenPerfect);
      tuner.fit(epoch -> List.of(batch), accuracies);
      long count = tuning.trainables().stream().mapToLong(learns -> learns.value().length()).sum();
      return new Curve(name, count, rate, accuracies.values());
    }
  }

  /** Measures the accuracy after every step. */
  private static final class Accuracies implements TrainListener {
    private final DirectModel model;
    private final Batch batch;
    private final int[] labels;
    private final Runnable whenPerfect;
    private final List<Double> values = new ArrayList<>();

    Accuracies(DirectModel model, Batch batch, Runnable whenPerfect) {
      this.whenPerfect = whenPerfect;
      this.model = model;
      this.batch = batch;
      this.labels = batch.labels();
    }

    double[] values() {
      return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    public void onStep(TrainStep step) {
      INDArray logits = model.forward(batch.inputs()); // [points, 8]
      float[] flat = logits.reshape(-1).toFloatVector();
      int right = 0;
      for (int i = 0; i < labels.length; i++) {
        right += isHighest(flat, i * Clusters.CLASSES, labels[i]) ? 1 : 0;
      }
      values.add((double) right / labels.length);
      if (right == labels.length) {
        whenPerfect.run();
      }
    }

    private static boolean isHighest(float[] flat, int from, int label) {
      for (int k = 0; k < Clusters.CLASSES; k++) {
        if (k != label && flat[from + k] >= flat[from + label]) {
          return false;
        }
      }
      return true;
    }
  }
}
