package io.fourierft.cli;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.ptr.IntByReference;
import java.util.Optional;

/**
 * Asks the NVIDIA driver whether there is a GPU, before ND4J's CUDA backend is loaded: without one
 * that backend answers with stack traces.
 */
final class CudaDriver {
  private static final String BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  private CudaDriver() {}

  /** Whether this build has the CUDA backend on its class path. */
  static boolean isWanted() {
    return CudaDriver.class.getClassLoader().getResource(BACKEND) != null;
  }

  /** What is missing; nothing where a GPU answers. */
  static Optional<String> missing() {
    NativeLibrary driver;
    try {
      driver = NativeLibrary.getInstance(Platform.isWindows() ? "nvcuda" : "cuda");
    } catch (UnsatisfiedLinkError absent) {
      return Optional.of("no NVIDIA driver (libcuda)");
    }
    int initialised = call(driver, "cuInit", 0);
    if (initialised != 0) {
      return Optional.of(
          "an NVIDIA driver without a GPU it can use (CUDA error " + initialised + ")");
    }
    IntByReference count = new IntByReference();
    int counted = call(driver, "cuDeviceGetCount", count);
    return counted == 0 && count.getValue() > 0
        ? Optional.empty()
        : Optional.of("an NVIDIA driver but no GPU");
  }

  private static int call(NativeLibrary driver, String function, Object argument) {
    return driver.getFunction(function).invokeInt(new Object[] {argument});
  }
}
