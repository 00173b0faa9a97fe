package io.fourierft.importer.weights;

import io.fourierft.io.PrivateMapping;
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

  /** The file as memory that may be changed; empty if that cannot be had. Closed by the caller. */
  Optional<PrivateMapping> mapPrivate() throws IOException;

  /** The numbers of a tensor in a mapping of this file; empty if they cannot be used in place. */
  Optional<ByteBuffer> cut(TensorInfo tensor, PrivateMapping mapping) throws IOException;

  /** The first tensor with the very same numbers: the tensor itself unless it is tied. */
  String firstName(String name);
}
