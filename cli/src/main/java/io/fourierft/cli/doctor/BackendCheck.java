package io.fourierft.cli.doctor;

import java.util.List;
import java.util.function.Supplier;

/** Starts ND4J. */
final class BackendCheck implements Check {
  private final Supplier<String> start;
  private boolean started;

  BackendCheck(Supplier<String> start) {
    this.start = start;
  }

  /** Whether ND4J runs; checks that need it find nothing otherwise. */
  boolean started() {
    return started;
  }

  @Override
  public List<Finding> examine() {
    try {
      String found = start.get();
      started = true;
      return List.of(Finding.ok("backend", found));
    } catch (IllegalStateException failure) {
      return List.of(Finding.fail("backend", failure.getMessage(), ""));
    }
  }
}
