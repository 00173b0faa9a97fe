package io.fourierft.cli.doctor;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Pointer;

/** Looks at the memory of the machine and at the limits of the JVM and of ND4J. */
final class MemoryCheck implements Check {
  private static final long MIB = 1L << 20;

  /** What the quick start takes at its peak, heap and native libraries included. */
  private static final long WANTED = 2048 * MIB;

  /** Native memory that a small encoder takes. */
  private static final long WANTED_NATIVE = 1024 * MIB;

  @Override
  public List<Finding> examine() {
    long heap = Runtime.getRuntime().maxMemory();
    long offHeap = Pointer.maxBytes();
    long physical = physical();
    String found =
        String.format(
            Locale.ROOT,
            "%d MB in the machine, heap up to %d MB, native up to %s",
            physical / MIB,
            heap / MIB,
            offHeap > 0 ? offHeap / MIB + " MB" : "no limit");
    if (physical < WANTED) {
      return List.of(
          Finding.warn("memory", found, "2 GB of memory are wanted for the quick start"));
    }
    if (offHeap > 0 && offHeap < WANTED_NATIVE) {
      return List.of(
          Finding.warn("memory", found, "raise it with -Dorg.bytedeco.javacpp.maxBytes=4g"));
    }
    return List.of(Finding.ok("memory", found));
  }

  private static long physical() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean known
        ? known.getTotalMemorySize()
        : Runtime.getRuntime().maxMemory();
  }
}
