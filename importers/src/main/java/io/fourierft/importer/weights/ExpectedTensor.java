package io.fourierft.importer.weights;

import java.util.List;

/**
 * A tensor that a model needs.
 *
 * @param name the parameter's name in the model
 * @param shape its shape
 * @param spellings names under which a file may hold it; the first that exists is taken
 * @param fresh whether a file may lack it, because it is initialised then (a new head)
 * @param tiedTo the parameter that has the same numbers, of which a file may lack either one; empty
 *     for none. If a file holds both and they differ, each keeps its own, as in transformers
 */
public record ExpectedTensor(
    String name, List<Long> shape, List<String> spellings, boolean fresh, String tiedTo) {

  public ExpectedTensor {
    shape = List.copyOf(shape);
    spellings = List.copyOf(spellings);
  }

  /**
   * A tensor that is tied to no other.
   *
   * @param name the parameter's name in the model
   * @param shape its shape
   * @param spellings names under which a file may hold it; the first that exists is taken
   * @param fresh whether a file may lack it, because it is initialised then (a new head)
   */
  public ExpectedTensor(String name, List<Long> shape, List<String> spellings, boolean fresh) {
    this(name, shape, spellings, fresh, "");
  }
}
