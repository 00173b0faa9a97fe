package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class CudaDriverTest {
  @Test
  void aMachineWithoutADriverIsToldSoInsteadOfAStackTrace() {
    Assumptions.assumeFalse(Files.exists(Path.of("/dev/nvidia0")), "this machine has a GPU");

    assertThat(CudaDriver.missing())
        .hasValueSatisfying(text -> assertThat(text).contains("NVIDIA"));
  }
}
