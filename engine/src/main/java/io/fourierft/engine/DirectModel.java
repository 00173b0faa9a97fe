package io.fourierft.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a network at once on reused buffers: inference, or forward and backward with gradients only
 * for what learns. Activations live as long as a consumer or the backward pass needs them and no
 * longer.
 *
 * <p>For one thread at a time. Models over the same parameters may run side by side, each with its
 * own buffers, as long as nothing learns.
 */
public final class DirectModel implements AutoCloseable {
  private final Network network;
  private final Parameters parameters;
  private final Arena arena;
  private final Sketch sketch;
  private final Activations activations;

  private DirectModel(
      Network network, Parameters parameters, Activations activations, Arena arena) {
    this.network = network;
    this.activations = activations;
    this.parameters = parameters;
    this.arena = arena;
    this.sketch = Sketch.of(network);
  }

  /**
   * A model with buffers of its own.
   *
   * @param network the forward pass
   * @param parameters its parameters; they stay with the caller
   * @return the model
   */
  public static DirectModel of(Network network, Parameters parameters) {
    return of(network, parameters, Activations.KEEP);
  }

  /**
   * A model that may save memory in training.
   *
   * @param network the forward pass
   * @param parameters its parameters; they stay with the caller
   * @param activations what {@link #backward} does with the activations of a block
   * @return the model
   */
  public static DirectModel of(Network network, Parameters parameters, Activations activations) {
    return of(network, parameters, activations, Arena.of(parameters.type()));
  }

  /**
   * A model over given buffers.
   *
   * @param network the forward pass
   * @param parameters its parameters; they stay with the caller
   * @param activations what {@link #backward} does with the activations of a block
   * @param arena the buffers, of the parameters' type; closed with the model
   * @return the model
   */
  public static DirectModel of(
      Network network, Parameters parameters, Activations activations, Arena arena) {
    return new DirectModel(network, parameters, activations, arena);
  }

  /**
   * Computes the output of a batch.
   *
   * @param inputs the batch
   * @return the output, {@code [rows, width]}; valid until the next call
   */
  public INDArray forward(Inputs inputs) {
    return run(inputs, null);
  }

  /**
   * Computes the output of the next tokens of a decoder. Keys and values of the earlier tokens come
   * from the cache, the new ones go there.
   *
   * @param inputs the new tokens, with a mask over earlier and new ones
   * @param cache what earlier calls computed
   * @return the output of the new tokens, {@code [rows, width]}; valid until the next call
   */
  public INDArray forward(Inputs inputs, KeyValueCache cache) {
    if (inputs.context() - inputs.sequence() != cache.length()) {
      throw new IllegalArgumentException(
          "attention_mask expected "
              + (cache.length() + inputs.sequence())
              + " columns, earlier tokens and new ones, but found "
              + inputs.context());
    }
    INDArray output = run(inputs, cache);
    cache.advance(inputs.context());
    return output;
  }

  private INDArray run(Inputs inputs, KeyValueCache cache) {
    arena.reset();
    try (Step step = Step.inference(inputs, parameters, arena, sketch, cache)) {
      return network.forward(new DirectOps(step)).value();
    }
  }

  /**
   * Computes the loss of a batch and adds its gradient to what {@link Parameters#gradient} and
   * {@link LinearWeight#accumulate} have gathered.
   *
   * @param inputs the batch
   * @param loss the objective over the network's output
   * @return the loss
   */
  public double backward(Inputs inputs, Loss loss) {
    arena.reset();
    RecomputePlan plan =
        activations == Activations.RECOMPUTE
            ? RecomputePlan.of(sketch, parameters)
            : RecomputePlan.none();
    try (Step step = Step.training(inputs, parameters, arena, sketch, plan)) {
      Node output = network.forward(new DirectOps(step));
      INDArray gradient = arena.take(output.value().shape());
      double result = loss.gradient(output.value(), gradient);
      if (output.differentiable) {
        output.contribute(gradient);
        step.backward();
      }
      return result;
    }
  }

  /**
   * Size of the buffers this model has taken so far.
   *
   * @return bytes, off-heap
   */
  public long bufferBytes() {
    return arena.bytes();
  }

  @Override
  public void close() {
    arena.close();
  }
}
