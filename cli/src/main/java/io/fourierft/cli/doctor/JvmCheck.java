package io.fourierft.cli.doctor;

import java.util.List;

/** Looks at the JVM: 17 or newer, and the access that the native libraries want of newer ones. */
final class JvmCheck implements Check {
  private static final int OLDEST = 17;

  private final Runtime.Version version;

  JvmCheck(Runtime.Version version) {
    this.version = version;
  }

  @Override
  public List<Finding> examine() {
    String found = version + " (" + System.getProperty("java.vendor") + ")";
    if (version.feature() < OLDEST) {
      return List.of(
          Finding.fail("JDK", found, "install JDK 17 or newer and point JAVA_HOME to it"));
    }
    return List.of(Finding.ok("JDK", found));
  }
}
