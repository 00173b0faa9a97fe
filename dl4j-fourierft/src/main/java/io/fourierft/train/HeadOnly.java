package io.fourierft.train;

import io.fourierft.engine.Parameters;
import java.util.List;

/** Linear probing: only the head learns, over the features of the frozen model. */
public final class HeadOnly implements Tuning {
  private final Parameters parameters;
  private final List<Trainable> trainables;

  private HeadOnly(Parameters parameters, List<String> head) {
    this.parameters = parameters;
    this.trainables =
        head.stream()
            .map(
                name ->
                    new Trainable(
                        name, Trainable.Group.HEAD, parameters.value(name), parameters.train(name)))
            .toList();
  }

  /**
   * Trains these parameters only.
   *
   * @param parameters the model's parameters; they stay with the caller
   * @param head names of the parameters to train
   * @return the tuning
   */
  public static HeadOnly of(Parameters parameters, List<String> head) {
    return new HeadOnly(parameters, head);
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Trainable> trainables() {
    return trainables;
  }

  @Override
  public void updated() {
    // The parameters are read afresh at each step.
  }

  @Override
  public void close() {
    // The parameters and their gradients belong to the caller.
  }
}
