package io.fourierft.cli;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.factory.Nd4jBackend;

/** Starts ND4J, and says in one sentence why it does not start. */
final class Backend {
  private Backend() {}

  /**
   * Starts the backend on the class path.
   *
   * @return the backend
   * @throws IllegalStateException with one sentence if it does not start
   */
  static Nd4jBackend start() {
    if (CudaDriver.isWanted()) {
      CudaDriver.missing().ifPresent(Backend::refuse);
    }
    try {
      Nd4j.getExecutioner();
      return Nd4j.getBackend();
    } catch (LinkageError | RuntimeException failure) {
      throw new IllegalStateException(describe(failure), failure);
    }
  }

  private static void refuse(String found) {
    throw new IllegalStateException(
        "ND4J's CUDA backend expected an NVIDIA GPU with its driver but found "
            + found
            + ": without one use the default build, without -Pcuda");
  }

  /** Why the libraries do not load, and what to look at. */
  static String describe(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String found = root.getClass().getSimpleName() + ": " + root.getMessage();
    return "ND4J backend expected to start but found "
        + found.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ")
        + " (is nd4j-native with natives for this platform on the class path?)";
  }
}
