package io.fourierft.train;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Loss;
import io.fourierft.engine.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The training loop: forward, backward, accumulation, clipping, AdamW. Reproducible: the same
 * model, batches and options give the same result to the bit.
 */
public final class FineTuner implements AutoCloseable {
  private final DirectModel model;
  private final Tuning tuning;
  private final TrainOptions options;
  private final AdamW optimiser;
  private final List<INDArray> lastGood;
  private volatile boolean stopping;

  private FineTuner(DirectModel model, Tuning tuning, TrainOptions options) {
    this.model = model;
    this.tuning = tuning;
    this.options = options;
    this.optimiser = new AdamW(tuning.trainables());
    this.lastGood = tuning.trainables().stream().map(trainable -> trainable.value().dup()).toList();
  }

  /**
   * A training that has not begun.
   *
   * @param network the model's forward pass
   * @param tuning its parameters and what learns; stays with the caller
   * @param options how to train
   * @return the training
   */
  public static FineTuner of(Network network, Tuning tuning, TrainOptions options) {
    return of(DirectModel.of(network, tuning.parameters(), options.activations()), tuning, options);
  }

  /**
   * A training that has not begun, over a model that says itself how it runs.
   *
   * @param model over the parameters of {@code tuning}; closed with the training
   * @param tuning its parameters and what learns; stays with the caller
   * @param options how to train; the model has settled what happens to activations
   * @return the training
   */
  public static FineTuner of(DirectModel model, Tuning tuning, TrainOptions options) {
    return new FineTuner(model, tuning, options);
  }

  /**
   * Trains to the end, or until {@link #stop}.
   *
   * @param batches the batches of an epoch by its number from 0; as many in each
   * @param listener hears of each step
   * @return how it went
   * @throws TrainingDiverged if the loss or a gradient is no number any more
   */
  public TrainReport fit(IntFunction<List<Batch>> batches, TrainListener listener) {
    return run(batches, listener, new Position(0, 0)).report();
  }

  /**
   * Trains like {@link #fit}, from a checkpoint if there is one, and leaves one behind if stopped.
   * At the end the checkpoint is deleted.
   *
   * @param batches the batches of an epoch by its number from 0; as many in each
   * @param listener hears of each step
   * @param checkpoint the file
   * @return how it went
   * @throws IOException if the checkpoint cannot be read or written
   */
  public TrainReport fit(IntFunction<List<Batch>> batches, TrainListener listener, Path checkpoint)
      throws IOException {
    Position start = new Position(0, 0);
    if (Files.exists(checkpoint)) {
      start = Checkpoint.read(checkpoint, optimiser);
      tuning.updated();
    }
    Outcome outcome = run(batches, listener, start);
    if (outcome.report().stopped()) {
      Checkpoint.write(checkpoint, outcome.position(), optimiser);
    } else {
      Files.deleteIfExists(checkpoint);
    }
    return outcome.report();
  }

  /** Asks a running training to end after its current step; may be called from any thread. */
  public void stop() {
    stopping = true;
  }

  private record Outcome(TrainReport report, Position position) {}

  private Outcome run(IntFunction<List<Batch>> batches, TrainListener listener, Position start) {
    long begin = System.nanoTime();
    Losses losses = new Losses();
    long examples = 0;
    Position position = start;
    for (int epoch = start.epoch(); epoch < options.epochs() && !stopping; epoch++) {
      List<List<Batch>> steps = steps(batches.apply(epoch));
      long total = (long) steps.size() * options.epochs();
      int first = epoch == start.epoch() ? start.step() : 0;
      if (epoch == start.epoch()) {
        listener.onStart(total, optimiser.steps());
      }
      int begun = losses.size();
      for (int i = first; i < steps.size() && !stopping; i++) {
        LearningRates rates =
            options.rates().times(options.schedule().factor(optimiser.steps(), total));
        double loss = step(steps.get(i), rates);
        losses.add(loss);
        examples += steps.get(i).stream().mapToLong(Batch::size).sum();
        position = new Position(epoch, i + 1);
        double seconds = (System.nanoTime() - begin) / 1e9;
        listener.onStep(new TrainStep(optimiser.steps(), total, loss, rates, examples, seconds));
      }
      if (position.step() == steps.size()) {
        listener.onEpoch(epoch + 1, losses.meanFrom(begun));
      }
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    TrainReport report = new TrainReport(losses.toList(), seconds, examples, stopping);
    listener.onEnd(report);
    return new Outcome(report, position);
  }

  private List<List<Batch>> steps(List<Batch> batches) {
    List<List<Batch>> steps = new ArrayList<>();
    for (int from = 0; from < batches.size(); from += options.accumulation()) {
      steps.add(batches.subList(from, Math.min(from + options.accumulation(), batches.size())));
    }
    return steps;
  }

  private double step(List<Batch> batches, LearningRates rates) {
    double loss = 0;
    for (Batch batch : batches) {
      Loss objective = new CrossEntropy(batch.labels(), options.labelSmoothing());
      loss += model.backward(batch.inputs(), shared(objective, batches.size()));
    }
    loss /= batches.size();
    if (!Double.isFinite(loss)) {
      diverged("loss", rates);
    }
    double norm = gradientNorm();
    if (!Double.isFinite(norm)) {
      diverged("gradient norm", rates);
    }
    if (norm > options.clipNorm()) {
      // PyTorch's clip_grad_norm_ divides by norm + 1e-6.
      double factor = options.clipNorm() / (norm + 1e-6);
      tuning.trainables().forEach(trainable -> trainable.gradient().muli(factor));
    }
    keep();
    optimiser.step(rates, options);
    tuning.updated();
    return loss;
  }

  /** The gradient of a batch counts as its share of the step's mean. */
  private static Loss shared(Loss objective, int batches) {
    return batches == 1
        ? objective
        : (output, gradient) -> {
          double loss = objective.gradient(output, gradient);
          gradient.divi(batches);
          return loss;
        };
  }

  private double gradientNorm() {
    double sum = 0;
    for (Trainable trainable : tuning.trainables()) {
      double norm = trainable.gradient().norm2Number().doubleValue();
      sum += norm * norm;
    }
    return Math.sqrt(sum);
  }

  private void keep() {
    List<Trainable> trainables = tuning.trainables();
    for (int i = 0; i < lastGood.size(); i++) {
      lastGood.get(i).assign(trainables.get(i).value());
    }
  }

  private void diverged(String what, LearningRates rates) {
    List<Trainable> trainables = tuning.trainables();
    for (int i = 0; i < lastGood.size(); i++) {
      trainables.get(i).value().assign(lastGood.get(i));
      trainables.get(i).gradient().assign(0);
    }
    tuning.updated();
    throw new TrainingDiverged(what, optimiser.steps() + 1, rates);
  }

  @Override
  public void close() {
    model.close();
    optimiser.close();
    lastGood.forEach(INDArray::close);
    tuning.release();
  }
}
