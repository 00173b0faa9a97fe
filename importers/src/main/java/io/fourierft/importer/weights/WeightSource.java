package io.fourierft.importer.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /**
   * The CRC-32C check sums of tensors' numbers as little-endian floats, however they are stored.
   *
   * @param names their names
   * @return name to check sum
   * @throws IOException if the file cannot be read or a tensor is not made of floating-point
   *     numbers
   */
  default Map<String, Long> checksums(Collection<String> names) throws IOException {
    Map<String, Long> sums = new LinkedHashMap<>();
    visit(
        names,
        (name, value) -> {
          try (value) {
            sums.put(name, Checksums.of(value));
          }
        });
    return sums;
  }

  /**
   * The same open files for someone who needs them after this source has been closed. What takes
   * their place under their names meanwhile does not show.
   *
   * @return a source to be closed on its own; empty if this one cannot be kept open
   */
  default Optional<WeightSource> retain() {
    return Optional.empty();
  }

  @Override
  void close() throws IOException;
}
