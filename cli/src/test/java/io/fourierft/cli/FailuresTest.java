package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void aMissingFileIsNamed() {
    assertThat(Failures.describe(new NoSuchFileException("a/b.bin")))
        .isEqualTo("file expected to exist but found none (a/b.bin)");
  }

  @Test
  void aForbiddenFileIsNamedEvenInsideAnUncheckedException() {
    IOException denied = new AccessDeniedException("a/b.bin");

    assertThat(Failures.describe(new UncheckedIOException(denied)))
        .isEqualTo("file expected to be accessible but access is denied (a/b.bin)");
  }

  @Test
  void aFullDiskIsToldWithItsFile() {
    FileSystemException full = new FileSystemException("a/b.bin", null, "No space left on device");

    assertThat(Failures.describe(full)).contains("No space left on device", "a/b.bin");
  }

  @Test
  void aMessageOfSeveralLinesBecomesOne() {
    assertThat(Failures.describe(new IllegalArgumentException("one\n  two\r\n\r\nthree\n")))
        .isEqualTo("one; two; three");
  }

  @Test
  void anExceptionWithoutAMessageStillSaysWhatItIs() {
    assertThat(Failures.describe(new IllegalStateException()))
        .isEqualTo("IllegalStateException (--stacktrace shows where)");
  }

  @Test
  void aLibraryThatDoesNotLoadIsToldByItsRootCause() {
    LinkageError error =
        new ExceptionInInitializerError(
            new RuntimeException(new UnsatisfiedLinkError("no jnind4jcuda in path")));

    assertThat(Failures.describe(error))
        .startsWith("ND4J backend expected to start but found")
        .contains("no jnind4jcuda in path");
  }

  @Test
  void theStackIsPrintedOnlyWhenAskedFor() {
    StringWriter err = new StringWriter();

    int code =
        new Failures(new RootCommand()).report(new IOException("broken"), new PrintWriter(err));

    assertThat(code).isEqualTo(1);
    assertThat(err.toString().lines()).containsExactly("fourierft: broken");
  }
}
