package io.fourierft.cli.doctor;

import java.util.List;

/** Looks at one part of the machine. */
@FunctionalInterface
public interface Check {
  /**
   * Looks.
   *
   * @return what was found, at least one finding
   */
  List<Finding> examine();
}
