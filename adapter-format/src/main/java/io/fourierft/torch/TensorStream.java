package io.fourierft.torch;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * The numbers of one tensor in row-major order, whatever the order in its storage. Not thread-safe;
 * of use only while the file is open.
 */
public final class TensorStream {
  private static final long SEGMENT_BYTES = 1L << 30;

  private final FileChannel channel;
  private final TorchTensor tensor;
  private final long storageStart;
  private final int width;
  private final ByteBuffer[] segments;
  private long next;

  private TensorStream(
      FileChannel channel, TorchTensor tensor, long storageStart, ByteBuffer[] segments) {
    this.channel = channel;
    this.tensor = tensor;
    this.storageStart = storageStart;
    this.width = StateDict.width(tensor.dtype());
    this.segments = segments;
  }

  static TensorStream of(FileChannel channel, TorchTensor tensor, StoredZip.Part storage)
      throws IOException {
    int count =
        tensor.contiguous() ? 0 : Math.toIntExact(-Math.floorDiv(-storage.size(), SEGMENT_BYTES));
    ByteBuffer[] segments = new ByteBuffer[count];
    for (int i = 0; i < count; i++) {
      long offset = i * SEGMENT_BYTES;
      long length = Math.min(SEGMENT_BYTES, storage.size() - offset);
      segments[i] = channel.map(MapMode.READ_ONLY, storage.start() + offset, length);
      segments[i].order(ByteOrder.LITTLE_ENDIAN);
    }
    return new TensorStream(channel, tensor, storage.start(), segments);
  }

  /**
   * Takes the next numbers.
   *
   * @param target filled from its position to its limit with little-endian numbers
   * @throws IOException if fewer are left or the file cannot be read
   */
  public void fill(ByteBuffer target) throws IOException {
    int count = target.remaining() / width;
    if (target.remaining() % width != 0 || count > tensor.elements() - next) {
      throw new EOFException(
          String.format(
              "tensor expected %d more bytes but found %d (%s)",
              target.remaining(), (tensor.elements() - next) * width, tensor.name()));
    }
    if (segments.length == 0) {
      copy(target);
    } else {
      gather(target.order(ByteOrder.LITTLE_ENDIAN), count);
    }
    next += count;
  }

  private void copy(ByteBuffer target) throws IOException {
    long at = storageStart + (tensor.offset() + next) * width;
    while (target.hasRemaining()) {
      int read = channel.read(target, at);
      if (read < 0) {
        throw new EOFException("file expected to keep its size while open but it shrank");
      }
      at += read;
    }
  }

  private void gather(ByteBuffer target, int count) {
    int rank = tensor.shape().size();
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    long[] strides = tensor.strides().stream().mapToLong(Long::longValue).toArray();
    long[] index = new long[rank];
    long element = tensor.offset();
    long rest = next;
    for (int axis = rank - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest /= shape[axis];
      element += index[axis] * strides[axis];
    }
    for (int i = 0; i < count; i++) {
      put(element, target);
      for (int axis = rank - 1; axis >= 0; axis--) { // the next index, as an odometer counts
        element += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        element -= shape[axis] * strides[axis];
        index[axis] = 0;
      }
    }
  }

  private void put(long element, ByteBuffer target) {
    long at = element * width;
    ByteBuffer segment = segments[(int) (at / SEGMENT_BYTES)];
    int inside = (int) (at % SEGMENT_BYTES);
    switch (width) {
      case 1 -> target.put(segment.get(inside));
      case 2 -> target.putShort(segment.getShort(inside));
      case 4 -> target.putInt(segment.getInt(inside));
      default -> target.putLong(segment.getLong(inside));
    }
  }
}
