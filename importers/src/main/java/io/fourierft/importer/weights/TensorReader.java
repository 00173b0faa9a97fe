package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Fills off-heap arrays from a stream of stored numbers. On a CPU, floats go straight from the file
 * into the array; other numbers pass through a chunk of constant size.
 */
final class TensorReader {
  private static final int CHUNK = 1 << 18;
  private static final long MOST_BYTES = Integer.MAX_VALUE; // what a byte buffer can address

  private final boolean host =
      Nd4j.getBackend().getEnvironment().isCPU()
          && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private final Queue<Scratch> scratch = new ConcurrentLinkedQueue<>();

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
      if (!host || info.length() > MOST_BYTES / Float.BYTES || info.length() == 0) {
        fill(array, info, source);
      } else if (info.type() == DType.F32) {
        source.fill(numbers(array));
      } else {
        decode(numbers(array), info, source);
      }
      return array;
    } catch (IOException | RuntimeException failure) {
      array.close();
      throw failure;
    }
  }

  /**
   * Makes an array of a tensor that is in memory already, such as a mapped one.
   *
   * @param info shape of a tensor of floats
   * @param floats its numbers in native order; kept as long as the array is open
   * @return a row-major float array over the same memory
   */
  INDArray over(TensorInfo info, ByteBuffer floats) {
    FloatPointer pointer = new FloatPointer(floats.order(ByteOrder.nativeOrder()).asFloatBuffer());
    DataBuffer data = Nd4j.createBuffer(pointer, info.length(), DataType.FLOAT);
    long[] shape = info.dimensions();
    return Nd4j.create(data, shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
  }

  /** Whether arrays can be made over memory of the process: on a CPU. */
  boolean inPlace() {
    return host;
  }

  /** The memory of an array. */
  private static ByteBuffer numbers(INDArray array) {
    ByteBuffer memory = array.data().asNio().order(ByteOrder.LITTLE_ENDIAN);
    return memory.limit(Math.toIntExact(array.length() * Float.BYTES));
  }

  private void decode(ByteBuffer target, TensorInfo info, Bytes source) throws IOException {
    Scratch free = scratch.poll();
    Scratch room = free == null ? new Scratch() : free;
    int width = info.type().bits() / Byte.SIZE;
    int length = Math.toIntExact(info.length());
    for (int done = 0; done < length; done += Scratch.NUMBERS) {
      int count = Math.min(Scratch.NUMBERS, length - done);
      source.fill(room.bytes.clear().limit(count * width));
      ByteBuffer stored = room.bytes.flip();
      if (info.type() == DType.BF16) {
        ByteBuffer part = target.position(done * Float.BYTES);
        FloatCodec.widenBfloat16(stored, part, room.packed, room.wide, count);
      } else {
        FloatCodec.decode(stored, info.type(), room.floats, count);
        target.position(done * Float.BYTES).asFloatBuffer().put(room.floats, 0, count);
      }
    }
    scratch.add(room);
  }

  /** What one thread needs to convert numbers; small enough to stay in its cache. */
  private static final class Scratch {
    static final int NUMBERS = 1 << 16;

    final ByteBuffer bytes =
        ByteBuffer.allocateDirect(NUMBERS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    final float[] floats = new float[NUMBERS];
    final long[] packed = new long[NUMBERS / 4];
    final long[] wide = new long[NUMBERS / 2];
  }

  private static ByteBuffer chunk(TensorInfo info) {
    int numbers = (int) Math.min(CHUNK, info.length());
    return ByteBuffer.allocate(numbers * info.type().bits() / Byte.SIZE)
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private void fill(INDArray array, TensorInfo info, Bytes source) throws IOException {
    long length = info.length();
    int width = info.type().bits() / Byte.SIZE;
    ByteBuffer bytes = chunk(info);
    INDArray flat = array.reshape(length); // a view: the array is row-major
    for (long done = 0; done < length; ) {
      int count = (int) Math.min(CHUNK, length - done);
      source.fill(bytes.clear().limit(count * width));
      float[] numbers = new float[count];
      FloatCodec.decode(bytes.flip(), info.type(), numbers, count);
      try (INDArray chunk = Nd4j.createFromArray(numbers)) {
        flat.get(NDArrayIndex.interval(done, done + count)).assign(chunk);
      }
      done += count;
    }
  }
}
