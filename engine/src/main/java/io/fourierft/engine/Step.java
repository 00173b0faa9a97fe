package io.fourierft.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the kernels of one forward (and backward) pass share: batch, parameters, buffers, tape. */
final class Step implements AutoCloseable {
  final Inputs inputs;
  final Parameters parameters;
  final Arena arena;
  final Passes passes;

  private final int[] uses;
  private final boolean training;
  private Deque<Runnable> tape = new ArrayDeque<>();
  private boolean paused;
  private final List<INDArray> constants = new ArrayList<>();
  private final Masks masks;
  private final KeyValueCache cache;
  private int created;
  private int attentions;

  Step(
      Inputs inputs,
      Parameters parameters,
      Arena arena,
      int[] uses,
      boolean training,
      KeyValueCache cache) {
    this.inputs = inputs;
    this.parameters = parameters;
    this.arena = arena;
    this.passes = Passes.of(arena);
    this.uses = uses;
    this.training = training;
    this.cache = cache;
    this.masks = new Masks(this);
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
    return new Node(arena, value, uses[created++], differentiable);
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
   * Computes a block and forgets everything in it but the result. The backward pass computes it
   * again, from its input, before it carries the gradient through.
   */
  Node recomputed(Node x, UnaryOperator<Node> body) {
    x.retain();
    int begin = created;
    paused = true;
    Node forgotten = body.apply(x);
    paused = false;
    Node result = forgotten.differentiableCopy();
    int end = created;
    record(
        result,
        () -> {
          created = begin;
          Deque<Runnable> outer = tape;
          tape = new ArrayDeque<>();
          // One holder more than uses: the value belongs to x.
          Node input = new Node(arena, x.value(), Integer.MAX_VALUE, x.differentiable);
          Node again = body.apply(input);
          again.contribute(result.handOverGradient());
          backward();
          again.dropGradient();
          tape = outer;
          created = end;
          again.discard();
          if (input.reached()) {
            x.contribute(input.handOverGradient());
          }
          x.release();
        });
    return result;
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
