package io.fourierft.benchmarks;

import java.io.IOException;

/** Something to measure, prepared once and repeated. */
interface Task extends AutoCloseable {

  /**
   * Does the work once.
   *
   * @return a number that the other side must agree on, such as the loss
   * @throws IOException if a file of the task cannot be read
   */
  double run() throws IOException;

  @Override
  void close();
}
