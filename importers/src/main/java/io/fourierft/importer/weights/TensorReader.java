package io.fourierft.importer.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Fills off-heap arrays from a stream of stored numbers, a chunk of constant size at a time. */
final class TensorReader {
  private static final int CHUNK = 1 << 18;

  private final ByteBuffer bytes =
      ByteBuffer.allocate(CHUNK * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Gives the next stored bytes of a tensor. */
  @FunctionalInterface
  interface Bytes {
    /**
     * Fills the buffer from its position to its limit.
     *
     * @param buffer where the bytes go
     * @throws IOException if fewer are left
     */
    void fill(ByteBuffer buffer) throws IOException;
  }

  /**
   * Reads one tensor.
   *
   * @param info shape and type; its length has been checked against the bytes that are there
   * @param source its bytes
   * @return a new row-major float array
   * @throws IOException if the source ends early
   */
  INDArray read(TensorInfo info, Bytes source) throws IOException {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, info.dimensions());
    try {
      fill(array, info, source);
      return array;
    } catch (IOException | RuntimeException failure) {
      array.close();
      throw failure;
    }
  }

  private void fill(INDArray array, TensorInfo info, Bytes source) throws IOException {
    long length = info.length();
    int width = info.type().bits() / Byte.SIZE;
    INDArray flat = array.reshape(length); // a view: the array is row-major
    for (long done = 0; done < length; ) {
      int count = (int) Math.min(CHUNK, length - done);
      bytes.clear().limit(count * width);
      source.fill(bytes);
      float[] numbers = new float[count];
      FloatCodec.decode(bytes.flip(), info.type(), numbers, count);
      try (INDArray chunk = Nd4j.createFromArray(numbers)) {
        flat.get(NDArrayIndex.interval(done, done + count)).assign(chunk);
      }
      done += count;
    }
  }
}
