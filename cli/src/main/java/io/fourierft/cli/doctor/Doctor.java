package io.fourierft.cli.doctor;

import io.fourierft.hub.FetchOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs the checks, one after the other. */
public final class Doctor {
  private final List<Check> checks;

  private Doctor(List<Check> checks) {
    this.checks = checks;
  }

  /**
   * The checks of the whole set-up.
   *
   * @param backend starts ND4J and describes it; throws with one sentence if it does not start
   * @param hub the directory of the hub
   * @param cache the directory that keeps what is fetched
   * @return the doctor
   */
  public static Doctor of(Supplier<String> backend, Path hub, Path cache) {
    BackendCheck start = new BackendCheck(backend);
    return new Doctor(
        List.of(
            new JvmCheck(Runtime.version()),
            new MachineCheck(),
            start,
            new OpenMpCheck(System.getenv()),
            new BlasCheck(start),
            new GemmCheck(start),
            new MemoryCheck(),
            new DirectoryCheck("hub", "--hub dir:PATH", hub),
            new DirectoryCheck("cache", FetchOptions.ENVIRONMENT + "=PATH", cache)));
  }

  /**
   * Examines everything.
   *
   * @param listener told each finding as it is made
   * @return all findings
   */
  public List<Finding> examine(Consumer<Finding> listener) {
    List<Finding> findings = new ArrayList<>();
    for (Check check : checks) {
      for (Finding finding : check.examine()) {
        findings.add(finding);
        listener.accept(finding);
      }
    }
    return List.copyOf(findings);
  }
}
