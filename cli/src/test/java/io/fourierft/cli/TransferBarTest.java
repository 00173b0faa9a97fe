package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TransferBarTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aBarCountsTheBytesOfAllFiles() {
    try (TransferBar bar = new TransferBar("pulling", true, err).of(10_000)) {
      bar.moved("a", 1000, 4000);
      bar.moved("a", 4000, 4000);
      bar.moved("b", 6000, 6000);
      assertThat(bar.moved()).isEqualTo(10_000);
    }
    assertThat(printed()).contains("pulling", "100%", "10/10 kB");
  }

  @Test
  void aBarThatHasEndedPrintsNoMore() {
    TransferBar bar = new TransferBar("pulling", true, err);
    bar.moved("a", 10, 10);
    bar.end();
    String before = printed();
    bar.moved("a", 10, 10);
    bar.close();
    assertThat(printed()).isEqualTo(before).isNotEmpty();
  }

  @Test
  void nothingIsPrintedWhereThereIsNoTerminal() {
    try (TransferBar bar = new TransferBar("pulling", false, err)) {
      bar.moved("a", 10, 10);
    }
    assertThat(printed()).isEmpty();
  }
}
