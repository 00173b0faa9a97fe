package io.fourierft.importer.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** One open file of named tensors, whatever its format. */
interface TensorFile extends Closeable {
  /** The tensors in storage order. */
  Map<String, TensorInfo> tensors();

  /** The stored numbers of a tensor in row-major order, from the first one on. */
  TensorReader.Bytes bytes(TensorInfo tensor) throws IOException;

  /** The stored numbers in place, as native floats that may be changed; empty if not to be had. */
  default Optional<ByteBuffer> floatsInPlace(TensorInfo tensor) throws IOException {
    return Optional.empty();
  }

  /** The first tensor with the very same numbers: the tensor itself unless it is tied. */
  String firstName(String name);
}
