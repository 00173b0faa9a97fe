package io.fourierft.importer;

import io.fourierft.engine.Linear;
import io.fourierft.importer.weights.ExpectedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Gathers what a model expects of a file. Below a head, names may have the family's prefix or not.
 * Not thread-safe.
 */
public final class TensorTable {
  private final String prefix;
  private final List<ExpectedTensor> tensors = new ArrayList<>();

  private TensorTable(String prefix) {
    this.prefix = prefix;
  }

  /**
   * An empty table.
   *
   * @param prefix what models with a head put in front of names, such as {@code transformer.}
   * @return the table
   */
  public static TensorTable of(String prefix) {
    return new TensorTable(prefix);
  }

  /**
   * Adds a tensor below the head.
   *
   * @param name its name in the model, with the prefix or without
   * @param shape its shape
   * @return this table
   */
  public TensorTable tensor(String name, long... shape) {
    String bare = name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    return spelled(name, List.of(bare, prefix + bare), false, shape);
  }

  /**
   * Adds a tensor with several spellings.
   *
   * @param name its name in the model
   * @param spellings names under which a file may hold it, the first that exists is taken
   * @param fresh whether a file may lack it
   * @param shape its shape
   * @return this table
   */
  public TensorTable spelled(String name, List<String> spellings, boolean fresh, long... shape) {
    Set<String> distinct = new LinkedHashSet<>(spellings);
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    tensors.add(new ExpectedTensor(name, sizes, List.copyOf(distinct), fresh));
    return this;
  }

  /**
   * Adds a tensor that has the same numbers as another one.
   *
   * @param name its name in the model and in files
   * @param tiedTo the other parameter's name in the model
   * @param shape its shape
   * @return this table
   */
  public TensorTable tied(String name, String tiedTo, long... shape) {
    List<Long> sizes = Arrays.stream(shape).boxed().toList();
    tensors.add(new ExpectedTensor(name, sizes, List.of(name), false, tiedTo));
    return this;
  }

  /**
   * Adds the parameters of a linear module below the head.
   *
   * @param linear the module
   * @return this table
   */
  public TensorTable linear(Linear linear) {
    tensor(linear.weight(), shape(linear));
    return linear.bias() ? tensor(linear.biasName(), linear.out()) : this;
  }

  /**
   * Adds the parameters of a head's linear module, which a file may lack.
   *
   * @param linear the module
   * @return this table
   */
  public TensorTable freshLinear(Linear linear) {
    spelled(linear.weight(), List.of(linear.weight()), true, shape(linear));
    return linear.bias()
        ? spelled(linear.biasName(), List.of(linear.biasName()), true, linear.out())
        : this;
  }

  /**
   * Adds the parameters of a layer normalisation.
   *
   * @param module its path
   * @param width number of features
   * @return this table
   */
  public TensorTable layerNorm(String module, int width) {
    return tensor(module + ".weight", width).tensor(module + ".bias", width);
  }

  private static long[] shape(Linear linear) {
    return linear.layout() == Linear.Layout.OUT_IN
        ? new long[] {linear.out(), linear.in()}
        : new long[] {linear.in(), linear.out()};
  }

  /**
   * What has been added.
   *
   * @return the tensors in order
   */
  public List<ExpectedTensor> tensors() {
    return List.copyOf(tensors);
  }

  /**
   * Joins lists of linear modules.
   *
   * @param layers each layer's modules
   * @param head the head's modules
   * @return all of them in order
   */
  public static List<Linear> join(Stream<List<Linear>> layers, List<Linear> head) {
    return Stream.concat(layers.flatMap(List::stream), head.stream()).toList();
  }
}
