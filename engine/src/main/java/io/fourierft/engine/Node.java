package io.fourierft.engine;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A tensor of one step: its value, who still needs it, and its gradient once a consumer has
 * contributed one. Where nobody will read it there is no value at all.
 */
final class Node {
  final boolean differentiable;
  private final Arena arena;
  private INDArray value;
  private int holders;
  private INDArray gradient;
  private Optional<Normal> origin = Optional.empty();

  Node(Arena arena, INDArray value, int holders, boolean differentiable) {
    this.arena = arena;
    this.value = value;
    this.holders = holders;
    this.differentiable = differentiable;
    if (holders == 0) {
      discard();
    }
  }

  /** A result that nobody will read; it carries a gradient. */
  static Node withoutValue(Arena arena, boolean differentiable) {
    return new Node(arena, null, Integer.MAX_VALUE, differentiable);
  }

  INDArray value() {
    return value;
  }

  /** Keeps the value for the backward pass. */
  void retain() {
    holders++;
  }

  /** One holder, a consumer or a backward step, is done with the value. */
  void release() {
    if (--holders == 0) {
      discard();
    }
  }

  /**
   * The last consumer takes the buffer over to write its own result into it.
   *
   * @return whether the caller is that last holder
   */
  boolean mayReuse() {
    return holders == 1;
  }

  INDArray takeOver() {
    INDArray buffer = value;
    value = null;
    holders = 0;
    return buffer;
  }

  /**
   * Room for a result of this value's shape: its own memory if the caller is its last holder, which
   * may still read it then. The caller's hold ends.
   */
  INDArray makeRoom() {
    if (mayReuse()) {
      return takeOver();
    }
    INDArray room = arena.take(value.shape());
    release();
    return room;
  }

  /** What the value can be made of again, if that is kept. */
  Optional<Normal> origin() {
    return origin;
  }

  /** The same value and holders, with a gradient; this node is given up. */
  Node differentiableCopy(Optional<Normal> madeOf) {
    Node copy = new Node(arena, value, holders, true);
    copy.origin = madeOf;
    value = null;
    return copy;
  }

  /** Gives the value up whoever still holds it. */
  void discard() {
    if (value != null) {
      arena.give(value);
      value = null;
    }
  }

  /** Whether a consumer has contributed to the gradient. */
  boolean reached() {
    return gradient != null;
  }

  INDArray gradient() {
    return gradient;
  }

  /** Adds a gradient and takes ownership of its buffer. */
  void contribute(INDArray part) {
    if (gradient == null) {
      gradient = part;
    } else {
      gradient.addi(part);
      arena.give(part);
    }
  }

  /** The gradient's buffer for a product to add to, and whether it already holds a gradient. */
  INDArray gradientLike(long... shape) {
    if (gradient == null) {
      gradient = arena.take(shape);
    }
    return gradient;
  }

  void dropGradient() {
    if (gradient != null) {
      arena.give(gradient);
      gradient = null;
    }
  }

  /** Hands the gradient's buffer over, for an operation that passes it on as it is. */
  INDArray handOverGradient() {
    INDArray handed = gradient;
    gradient = null;
    return handed;
  }
}
