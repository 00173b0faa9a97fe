package io.fourierft.cli.doctor;

import java.util.List;
import java.util.Map;

/** Looks at the environment that the native libraries read when they are loaded. */
final class OpenMpCheck implements Check {
  private static final String POLICY = "OMP_WAIT_POLICY";

  private final Map<String, String> environment;

  OpenMpCheck(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public List<Finding> examine() {
    String policy = environment.getOrDefault(POLICY, "");
    if (policy.equalsIgnoreCase("passive")) {
      return List.of(Finding.ok(POLICY, policy));
    }
    return List.of(
        Finding.warn(
            POLICY,
            policy.isEmpty() ? "not set" : policy,
            "export OMP_WAIT_POLICY=passive before the JVM starts: OpenMP and OpenBLAS threads"
                + " spin against each other otherwise, training takes twice as long or more"));
  }
}
