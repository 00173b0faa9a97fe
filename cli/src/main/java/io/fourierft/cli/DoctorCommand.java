package io.fourierft.cli;

import io.fourierft.cli.doctor.Doctor;
import io.fourierft.cli.doctor.Finding;
import io.fourierft.hub.FetchOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fourierft doctor}. */
@Command(
    name = "doctor",
    description = "Examines the machine and the set-up, and says what to do about what is wrong.")
final class DoctorCommand implements Callable<Integer> {
  @Mixin private HubOption hub;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println("FourierFT for Deeplearning4j " + VersionText.version());
    Path cache = FetchOptions.defaults().cache();
    Doctor doctor = Doctor.of(DoctorCommand::backend, hub.directory().orElse(cache), cache);
    List<Finding> findings = doctor.examine(finding -> print(out, finding));
    long failed = count(findings, Finding.Level.FAIL);
    long warned = count(findings, Finding.Level.WARN);
    out.println(
        failed + warned == 0
            ? "Everything is as it should be."
            : failed + " wrong, " + warned + " could be better.");
    return failed == 0 ? 0 : 1;
  }

  private static void print(PrintWriter out, Finding finding) {
    String level = finding.level().name().toLowerCase(Locale.ROOT);
    out.printf(Locale.ROOT, "  %-5s %-16s %s%n", level, finding.subject(), finding.found());
    if (!finding.advice().isEmpty()) {
      out.printf(Locale.ROOT, "  %-5s %-16s -> %s%n", "", "", finding.advice());
    }
    out.flush();
  }

  private static long count(List<Finding> findings, Finding.Level level) {
    return findings.stream().filter(finding -> finding.level() == level).count();
  }

  private static String backend() {
    return Backend.start().getClass().getSimpleName() + " of ND4J " + VersionText.nd4j();
  }
}
