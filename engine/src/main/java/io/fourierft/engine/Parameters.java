package io.fourierft.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The parameters of one model by Hugging Face name. All are frozen until {@link #train} gives one a
 * gradient or {@link #replace} puts another matrix in place of a linear module's weight.
 *
 * <p>The values belong to this object and are closed with it, unless it is a {@link #share view} of
 * another. Not safe for concurrent change.
 */
public final class Parameters implements AutoCloseable {
  private final Map<String, INDArray> values;
  private final Map<String, INDArray> gradients = new LinkedHashMap<>();
  private final Map<String, LinearWeight> replaced = new LinkedHashMap<>();
  private final Map<String, LinearWeight> dense = new LinkedHashMap<>();
  private final boolean owner;

  private Parameters(Map<String, INDArray> values, boolean owner) {
    this.values = values;
    this.owner = owner;
  }

  /**
   * Takes ownership of named arrays. One array may have several names (tied weights).
   *
   * @param values name to array, all of one floating-point type
   * @return the parameters
   */
  public static Parameters of(Map<String, INDArray> values) {
    return new Parameters(new LinkedHashMap<>(values), true);
  }

  /**
   * The same arrays, not copied, with gradients and replacements of its own: another adapter over
   * the same base. Closing it leaves the arrays to their owner.
   *
   * @return a view
   */
  public Parameters share() {
    return new Parameters(new LinkedHashMap<>(values), false);
  }

  /**
   * Names of all parameters, in the order they were given.
   *
   * @return the names
   */
  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /**
   * Element type of the parameters.
   *
   * @return the type of the first one
   */
  public DataType type() {
    return values.values().iterator().next().dataType();
  }

  /**
   * The value of a parameter.
   *
   * @param name Hugging Face name
   * @return the live array
   */
  public INDArray value(String name) {
    INDArray value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "model expected a parameter named " + name + " but found none among " + values.size());
    }
    return value;
  }

  /**
   * Adds a parameter, such as a new head, and takes ownership of it.
   *
   * @param name Hugging Face name, not yet taken
   * @param value the array
   */
  public void add(String name, INDArray value) {
    if (values.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("parameter name expected to be new but found " + name);
    }
  }

  /**
   * Makes a parameter trainable.
   *
   * @param name its name
   * @return its gradient, zero at first; cleared by whoever applies it
   */
  public INDArray train(String name) {
    INDArray value = value(name);
    return gradients.computeIfAbsent(name, key -> Nd4j.zeros(value.dataType(), value.shape()));
  }

  /**
   * Makes a parameter frozen again.
   *
   * @param name its name
   */
  public void freeze(String name) {
    INDArray gradient = gradients.remove(name);
    if (gradient != null) {
      gradient.close();
    }
  }

  /**
   * Gradient of a parameter.
   *
   * @param name its name
   * @return the live gradient, or empty for a frozen parameter
   */
  public Optional<INDArray> gradient(String name) {
    return Optional.ofNullable(gradients.get(name));
  }

  /**
   * Names of the parameters that have a gradient.
   *
   * @return the names
   */
  public Set<String> trainable() {
    return Collections.unmodifiableSet(gradients.keySet());
  }

  /**
   * Puts another matrix in place of a linear module's weight.
   *
   * @param module module path, without {@code .weight}
   * @param weight the matrix to use; closing it stays with the caller
   */
  public void replace(String module, LinearWeight weight) {
    value(module + ".weight");
    replaced.put(module, weight);
  }

  /**
   * Takes a replacement back.
   *
   * @param module module path
   */
  public void restore(String module) {
    replaced.remove(module);
  }

  /**
   * The matrix that a linear module multiplies with.
   *
   * @param linear the module
   * @return its replacement, or its own weight
   */
  public LinearWeight linear(Linear linear) {
    LinearWeight replacement = replaced.get(linear.module());
    return replacement != null
        ? replacement
        : dense.computeIfAbsent(
            linear.weight(), name -> new DenseWeight(this, name, linear.layout()));
  }

  @Override
  public void close() {
    gradients.values().forEach(INDArray::close);
    gradients.clear();
    if (owner) {
      values.values().stream().filter(value -> !value.wasClosed()).forEach(INDArray::close);
    }
    values.clear();
  }
}
