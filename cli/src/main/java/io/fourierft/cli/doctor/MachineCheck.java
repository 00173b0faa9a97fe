package io.fourierft.cli.doctor;

import java.util.List;
import org.bytedeco.javacpp.Loader;

/**
 * Looks at the operating system and processor: the native libraries are built for a few of them.
 */
final class MachineCheck implements Check {
  private static final List<String> SUPPORTED =
      List.of("linux-x86_64", "linux-arm64", "macosx-x86_64", "macosx-arm64", "windows-x86_64");

  @Override
  public List<Finding> examine() {
    String platform = Loader.Detector.getPlatform();
    String found =
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + platform
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors";
    if (!SUPPORTED.contains(platform)) {
      return List.of(
          Finding.fail("machine", found, "ND4J has natives for " + String.join(", ", SUPPORTED)));
    }
    return List.of(Finding.ok("machine", found));
  }
}
