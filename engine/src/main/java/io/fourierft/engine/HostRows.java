package io.fourierft.engine;

import java.nio.FloatBuffer;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs a task over consecutive rows, on as many threads as ND4J itself uses. Rows are handed out in
 * the same way whatever the number of threads, and no result depends on it.
 */
final class HostRows {
  /** A thread is worth waking for this many cells. */
  private static final long CELLS = 1 << 14;

  private static final int MOST_TASKS = 16;

  // A view of an array's memory holds less than 2^31 bytes.
  private static final long MOST_CELLS = Integer.MAX_VALUE / Float.BYTES;

  /** A task over rows {@code from} (inclusive) to {@code to} (exclusive). */
  interface Task {
    void run(int from, int to);
  }

  private HostRows() {}

  /** Whether an array's memory is row-major and can be seen as one buffer. */
  static boolean fits(INDArray array) {
    return array.length() <= MOST_CELLS
        && array.ordering() == 'c'
        && (array.rank() < 2 || array.stride(0) == array.length() / array.size(0))
        && array.stride(array.rank() - 1) == 1;
  }

  /** The memory of an array that {@link #fits}. */
  static FloatBuffer buffer(INDArray array) {
    FloatPointer pointer = new FloatPointer(array.data().addressPointer());
    return pointer.capacity(array.length()).asBuffer();
  }

  /** A copy of a vector. */
  static float[] floats(INDArray vector) {
    if (!fits(vector)) {
      return vector.toFloatVector();
    }
    float[] values = new float[(int) vector.length()];
    buffer(vector).get(0, values);
    return values;
  }

  static void run(long rows, long width, Task task) {
    long wanted = Math.min(Math.min(MOST_TASKS, rows), rows * width / CELLS);
    if (wanted < 2 || Nd4j.getEnvironment().maxMasterThreads() < 2) {
      task.run(0, (int) rows);
      return;
    }
    int tasks = (int) wanted;
    IntStream.range(0, tasks)
        .parallel()
        .forEach(i -> task.run((int) (rows * i / tasks), (int) (rows * (i + 1) / tasks)));
  }
}
