package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoctorCommandTest {
  @Test
  void doctorFindsTheBackendTheNewBlasAndItsSpeed() {
    CommandRun run = CommandRun.of("doctor");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("Backend of ND4J 1.0.0-M2.1", "OMP_WAIT_POLICY  passive", "GFLOP/s")
        .containsPattern("BLAS +OpenBLAS 0\\.3\\.31 .*kernels for \\w+");
  }
}
