package io.fourierft.graph;

import io.fourierft.train.AdamW;
import io.fourierft.train.LearningRates;
import io.fourierft.train.Losses;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import io.fourierft.train.TrainReport;
import io.fourierft.train.TrainStep;
import io.fourierft.train.Trainable;
import io.fourierft.train.TrainingDiverged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains what is active in an adapted SameDiff graph by the settings of {@link
 * io.fourierft.train.FineTuner}: AdamW in PyTorch's arithmetic, learning rates of their own for
 * coefficients and head, warm-up, clipping by the global norm. {@code SameDiff.fit} knows one rate
 * and reports no loss. For one thread at a time; made after an adapter was activated, not before.
 */
public final class GraphTuner implements AutoCloseable {
  // A session remembers every array it ever freed.
  private static final int STEPS_PER_SESSION = 200;

  private final SameDiff graph;
  private final String loss;
  private final TrainOptions options;
  private final List<Trainable> trainables = new ArrayList<>();
  private final AdamW optimiser;
  private final List<INDArray> lastGood = new ArrayList<>();
  private volatile boolean stopping;

  private GraphTuner(AdaptedGraph adapted, String loss, TrainOptions options) {
    this.graph = adapted.graph();
    this.loss = loss;
    this.options = options;
    adapted.trained().forEach(this::add);
    this.optimiser = new AdamW(trainables);
    graph.setLossVariables(loss);
    graph.createGradFunction();
  }

  private void add(String variable, Trainable.Group group) {
    INDArray value = graph.getVariable(variable).getArr();
    INDArray gradient = Nd4j.zeros(value.dataType(), value.shape());
    trainables.add(new Trainable(variable, group, value, gradient));
    lastGood.add(value.dup());
  }

  /**
   * A training that has not begun.
   *
   * @param adapted a graph with one active adapter; stays with the caller
   * @param loss name of the variable to make small, a scalar
   * @param options how to train; accumulation is not for graphs
   * @return the training
   */
  public static GraphTuner of(AdaptedGraph adapted, String loss, TrainOptions options) {
    if (options.accumulation() != 1) {
      throw new IllegalArgumentException(
          "accumulation over a graph expected 1 but found " + options.accumulation());
    }
    return new GraphTuner(adapted, loss, options);
  }

  /**
   * Trains to the end, or until {@link #stop}.
   *
   * @param batches placeholders of each batch of an epoch by its number from 0; as many in each
   * @param listener hears of each step
   * @return how it went
   * @throws TrainingDiverged if the loss or a gradient is no number any more
   */
  public TrainReport fit(IntFunction<List<Map<String, INDArray>>> batches, TrainListener listener) {
    long begin = System.nanoTime();
    Losses losses = new Losses();
    long examples = 0;
    for (int epoch = 0; epoch < options.epochs() && !stopping; epoch++) {
      List<Map<String, INDArray>> steps = batches.apply(epoch);
      long total = (long) steps.size() * options.epochs();
      if (epoch == 0) {
        listener.onStart(total, 0);
      }
      int begun = losses.size();
      for (int i = 0; i < steps.size() && !stopping; i++) {
        LearningRates rates =
            options.rates().times(options.schedule().factor(optimiser.steps(), total));
        double value = step(steps.get(i), rates);
        losses.add(value);
        examples += steps.get(i).values().iterator().next().size(0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        listener.onStep(new TrainStep(optimiser.steps(), total, value, rates, examples, seconds));
      }
      listener.onEpoch(epoch + 1, losses.meanFrom(begun));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    TrainReport report = new TrainReport(losses.toList(), seconds, examples, stopping);
    listener.onEnd(report);
    return report;
  }

  /** Asks a running training to end after its current step; may be called from any thread. */
  public void stop() {
    stopping = true;
  }

  private double step(Map<String, INDArray> placeholders, LearningRates rates) {
    double value = gradients(placeholders);
    double norm =
        Math.sqrt(
            trainables.stream()
                .mapToDouble(each -> each.gradient().norm2Number().doubleValue())
                .map(each -> each * each)
                .sum());
    if (!Double.isFinite(value) || !Double.isFinite(norm)) {
      for (int i = 0; i < trainables.size(); i++) {
        trainables.get(i).value().assign(lastGood.get(i));
      }
      throw new TrainingDiverged(
          Double.isFinite(value) ? "gradient norm" : "loss", optimiser.steps() + 1, rates);
    }
    if (norm > options.clipNorm()) {
      // PyTorch's clip_grad_norm_ divides by norm + 1e-6.
      trainables.forEach(each -> each.gradient().muli(options.clipNorm() / (norm + 1e-6)));
    }
    for (int i = 0; i < trainables.size(); i++) {
      lastGood.get(i).assign(trainables.get(i).value());
    }
    optimiser.step(rates, options);
    return value;
  }

  /** Loss and gradients in one run of the graph that SameDiff derived. */
  private double gradients(Map<String, INDArray> placeholders) {
    SameDiff derived = graph.getFunction("grad");
    if (optimiser.steps() % STEPS_PER_SESSION == STEPS_PER_SESSION - 1) {
      derived.getSessions().clear();
    }
    String[] names = new String[trainables.size() + 1];
    Arrays.setAll(
        names,
        i ->
            i == trainables.size()
                ? loss
                : graph.getVariable(trainables.get(i).name()).getGradient().name());
    Map<String, INDArray> found =
        new LinkedHashMap<>(derived.output(new LinkedHashMap<>(placeholders), names));
    for (int i = 0; i < trainables.size(); i++) {
      trainables.get(i).gradient().assign(found.get(names[i]));
    }
    double value = found.get(loss).getDouble(0);
    found.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
    return value;
  }

  @Override
  public void close() {
    optimiser.close();
    trainables.forEach(each -> each.gradient().close());
    lastGood.forEach(INDArray::close);
  }
}
