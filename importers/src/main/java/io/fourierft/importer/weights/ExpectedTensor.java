package io.fourierft.importer.weights;

import java.util.List;

/**
 * A tensor that a model needs.
 *
 * @param name the parameter's name in the model
 * @param shape its shape
 * @param spellings names under which a file may hold it; the first that exists is taken
 * @param fresh whether a file may lack it, because it is initialised then (a new head)
 */
public record ExpectedTensor(String name, List<Long> shape, List<String> spellings, boolean fresh) {

  public ExpectedTensor {
    shape = List.copyOf(shape);
    spellings = List.copyOf(spellings);
  }
}
