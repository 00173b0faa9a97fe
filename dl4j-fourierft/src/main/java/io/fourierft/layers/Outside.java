package io.fourierft.layers;

import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/** Work whose arrays outlive DL4J's workspaces. */
final class Outside {
  private Outside() {}

  @SuppressWarnings("try") // The resource is a scope.
  static void run(Runnable work) {
    try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      work.run();
    }
  }
}
