package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * CRC-32C check sums of tensors, over their numbers as little-endian floats whatever the type that
 * they are stored in.
 */
public final class Checksums {
  /** Numbers per step of an array: a byte buffer ends at 2 GiB, an array does not. */
  private static final int STEP = 1 << 22;

  /** Bytes per step of a file, few enough to stay in the cache between reading and summing. */
  private static final int CHUNK_BYTES = 1 << 18;

  private Checksums() {}

  /** Opens the stored numbers of a tensor; called on several threads at once. */
  @FunctionalInterface
  interface Opener {
    TensorReader.Bytes open(TensorInfo tensor) throws IOException;
  }

  /**
   * The check sum of an array.
   *
   * @param value a row-major array
   * @return its check sum, 32 bits
   */
  public static long of(INDArray value) {
    CRC32C crc = new CRC32C();
    long bytes = value.length() * value.dataType().width();
    if (Nd4j.getBackend().getEnvironment().isCPU() && bytes <= Integer.MAX_VALUE) {
      ByteBuffer numbers = value.data().asNio().order(ByteOrder.LITTLE_ENDIAN);
      crc.update(numbers.limit((int) bytes)); // loaded arrays own their buffer from its start
      return crc.getValue();
    }
    INDArray flat = value.reshape(value.length()); // a view: the array is row-major
    for (long start = 0; start < flat.length(); start += STEP) {
      long end = Math.min(start + STEP, flat.length());
      try (INDArray part = flat.get(NDArrayIndex.interval(start, end)).dup()) {
        crc.update(part.data().asNio().order(ByteOrder.LITTLE_ENDIAN));
      }
    }
    return crc.getValue();
  }

  /**
   * The check sums of stored tensors, on a few threads. They are read in pieces: no tensor is in
   * memory.
   */
  static Map<String, Long> of(Collection<TensorInfo> tensors, Opener opener) throws IOException {
    ExecutorService pool = Workers.start(Workers.threads(tensors.size()));
    List<Future<Long>> results = new ArrayList<>();
    try {
      ConcurrentLinkedQueue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();
      for (TensorInfo tensor : tensors) {
        results.add(pool.submit(() -> checksum(tensor, opener, buffers)));
      }
      Map<String, Long> sums = new LinkedHashMap<>();
      int next = 0;
      for (TensorInfo tensor : tensors) {
        sums.put(tensor.name(), Workers.result(results.get(next++)));
      }
      return sums;
    } finally {
      results.forEach(result -> result.cancel(false)); // after a failure the others are of no use
      pool.shutdown();
    }
  }

  private static long checksum(
      TensorInfo tensor, Opener opener, ConcurrentLinkedQueue<ByteBuffer> buffers)
      throws IOException {
    ByteBuffer free = buffers.poll();
    ByteBuffer buffer =
        free == null ? ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN) : free;
    try {
      return checksum(tensor, opener.open(tensor), buffer);
    } finally {
      buffers.add(buffer);
    }
  }

  private static long checksum(TensorInfo tensor, TensorReader.Bytes source, ByteBuffer buffer)
      throws IOException {
    CRC32C crc = new CRC32C();
    int width = tensor.type().bits() / Byte.SIZE;
    int most = CHUNK_BYTES / Math.max(width, Float.BYTES);
    float[] floats = tensor.type() == DType.F32 ? new float[0] : new float[most];
    for (long done = 0, length = tensor.length(); done < length; ) {
      int count = (int) Math.min(most, length - done);
      source.fill(buffer.clear().limit(count * width));
      buffer.flip();
      if (tensor.type() != DType.F32) {
        FloatCodec.decode(buffer, tensor.type(), floats, count);
        buffer.clear().asFloatBuffer().put(floats, 0, count);
        buffer.limit(count * Float.BYTES);
      }
      crc.update(buffer);
      done += count;
    }
    return crc.getValue();
  }
}
