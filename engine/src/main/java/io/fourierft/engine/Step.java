package io.fourierft.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the kernels of one forward (and backward) pass share: batch, parameters, buffers, tape. */
final class Step implements AutoCloseable {
  final Inputs inputs;
  final Parameters parameters;
  final Arena arena;
  final Passes passes;

  private final Sketch sketch;
  private final boolean training;
  private final RecomputePlan plan;
  private final KeyValueCache cache;
  private Deque<Runnable> tape = new ArrayDeque<>();
  private boolean paused;
  private boolean again;
  private Optional<Normal> kept = Optional.empty();
  private final List<INDArray> constants = new ArrayList<>();
  private final Masks masks;
  private int created;
  private int attentions;

  private Step(
      Inputs inputs,
      Parameters parameters,
      Arena arena,
      Sketch sketch,
      boolean training,
      RecomputePlan plan,
      KeyValueCache cache) {
    this.inputs = inputs;
    this.parameters = parameters;
    this.arena = arena;
    this.passes = Passes.of(arena);
    this.sketch = sketch;
    this.training = training;
    this.plan = plan;
    this.cache = cache;
    this.masks = new Masks(this);
  }

  /** A step without a backward pass; the cache may be null. */
  static Step inference(
      Inputs inputs, Parameters parameters, Arena arena, Sketch sketch, KeyValueCache cache) {
    return new Step(inputs, parameters, arena, sketch, false, RecomputePlan.none(), cache);
  }

  static Step training(
      Inputs inputs, Parameters parameters, Arena arena, Sketch sketch, RecomputePlan plan) {
    return new Step(inputs, parameters, arena, sketch, true, plan, null);
  }

  /** Attention masks of the batch. */
  Masks masks() {
    return masks;
  }

  /** Puts new keys and values behind the earlier ones, if a cache holds any, and sees them all. */
  KeyValueCache.Entry remember(INDArray keys, INDArray values) {
    return cache == null
        ? new KeyValueCache.Entry(keys, values)
        : cache.append(attentions++, keys, values, inputs.context());
  }

  DataType type() {
    return arena.type();
  }

  /** Whether a backward pass will follow through what is computed now. */
  boolean training() {
    return training && !paused;
  }

  /** Whether a result that depends on these needs a gradient. */
  boolean differentiable(Node... sources) {
    if (!training()) {
      return false;
    }
    for (Node source : sources) {
      if (source.differentiable) {
        return true;
      }
    }
    return false;
  }

  /** Whether a parameter learns in this step. */
  boolean learns(String parameter) {
    return training() && parameters.gradient(parameter).isPresent();
  }

  /** The next result of the network. */
  Node node(INDArray value, boolean differentiable) {
    return new Node(arena, value, sketch.uses(created++), differentiable);
  }

  /** The next result of the network where it is left out. */
  Node node(boolean differentiable) {
    created++;
    return Node.withoutValue(arena, differentiable);
  }

  /** Whether a block is being computed again. */
  boolean again() {
    return again;
  }

  /** Whether the next result is left out: its block is computed again and nobody will read it. */
  boolean skips() {
    return again && plan.skips(created);
  }

  /** Whether the next result is a layer norm that keeps its normalised rows. */
  boolean keeps() {
    return paused && plan.skips(created);
  }

  void keep(Normal normal) {
    kept = Optional.of(normal);
  }

  /** What the block that is computed again has kept. */
  Normal takeKept() {
    Normal taken = kept.orElseThrow();
    kept = Optional.empty();
    return taken;
  }

  /** Whether the block that begins now is computed again in the backward pass. */
  boolean forgets() {
    return training() && !again && plan.forgets(created);
  }

  /** Remembers how to carry the gradient of {@code result} back; skipped if none arrives. */
  void record(Node result, Runnable backward) {
    tape.push(
        () -> {
          if (result.reached()) {
            backward.run();
          }
          result.dropGradient();
        });
  }

  /**
   * Computes a block and forgets everything in it but the result and the rows of a last layer norm.
   * The backward pass computes the rest again, from the block's input, before it carries the
   * gradient through.
   */
  Node recomputed(Node x, UnaryOperator<Node> body) {
    if (x.origin().isEmpty()) {
      x.retain();
    }
    int begin = created;
    paused = true;
    Node forgotten = body.apply(x);
    paused = false;
    Optional<Normal> last = kept;
    kept = Optional.empty();
    Node result = forgotten.differentiableCopy(last);
    int end = created;
    record(
        result,
        () -> {
          created = begin;
          kept = last;
          INDArray value = x.origin().map(this::made).orElseGet(x::value);
          Node input = new Node(arena, value, Integer.MAX_VALUE, x.differentiable);
          throughAgain(input, body, result);
          created = end;
          if (input.reached()) {
            x.contribute(input.handOverGradient());
          }
          if (x.origin().isEmpty()) {
            x.release();
          } else {
            arena.give(value);
          }
        });
    return result;
  }

  /** The result of the layer norm of an earlier block. */
  private INDArray made(Normal normal) {
    INDArray y = arena.take(normal.rows().shape());
    passes.affine(normal.rows(), normal.gain(), normal.bias(), y);
    return y;
  }

  /** Computes a block again and carries the gradient of its result to its input. */
  private void throughAgain(Node input, UnaryOperator<Node> body, Node result) {
    Deque<Runnable> outer = tape;
    tape = new ArrayDeque<>();
    again = true;
    Node computed = body.apply(input);
    again = false;
    computed.contribute(result.handOverGradient());
    backward();
    computed.dropGradient();
    tape = outer;
    computed.discard();
  }

  /** An array in the step's element type and a shape; takes the given one over. */
  INDArray typed(INDArray array, long... shape) {
    INDArray typed = array.castTo(type());
    if (typed != array) {
      array.close();
    }
    return typed.reshape(shape);
  }

  /** A small array made for this step only; closed with it. */
  INDArray constant(INDArray array) {
    constants.add(array);
    return array;
  }

  void backward() {
    while (!tape.isEmpty()) {
      tape.pop().run();
    }
  }

  @Override
  public void close() {
    tape.clear();
    constants.forEach(INDArray::close);
    constants.clear();
  }
}
