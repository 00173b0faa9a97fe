package io.fourierft.importer.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Named tensors of a pretrained model, read one at a time. */
public interface WeightSource extends AutoCloseable {

  /** Takes tensors as they are read. */
  @FunctionalInterface
  interface Visitor {
    /**
     * Takes one tensor and owns it from then on.
     *
     * @param name its name
     * @param value its numbers as floats, row-major
     * @throws IOException if the tensor is refused; reading ends
     */
    void accept(String name, INDArray value) throws IOException;
  }

  /**
   * Where the tensors come from, for messages.
   *
   * @return a path or a resource name
   */
  String origin();

  /**
   * All tensors of the source.
   *
   * @return name to description, in storage order
   */
  Map<String, TensorInfo> tensors();

  /**
   * The first tensor with the very same stored numbers. Files of {@code torch.save} hold tied
   * weights once, under several names.
   *
   * @param name the name of a tensor of this source
   * @return the name itself unless another tensor of this source comes before it
   */
  default String firstName(String name) {
    return name;
  }

  /**
   * Reads some tensors in storage order, each once: the cheap way to read many.
   *
   * @param names their names
   * @param visitor takes each of them
   * @throws IOException if the file cannot be read or a tensor is not made of floating-point
   *     numbers
   */
  void visit(Collection<String> names, Visitor visitor) throws IOException;

  /**
   * Reads one tensor.
   *
   * @param name its name
   * @return its numbers as floats, row-major; the caller closes it
   * @throws IOException if the file cannot be read or the tensor is not made of floating-point
   *     numbers
   */
  default INDArray read(String name) throws IOException {
    List<INDArray> found = new ArrayList<>(1);
    visit(List.of(name), (ignored, value) -> found.add(value));
    return found.get(0);
  }

  @Override
  void close() throws IOException;
}
