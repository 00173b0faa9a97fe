package io.fourierft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateMappingTest {
  @TempDir Path folder;
  private Path file;
  private BasicFileAttributes seen;

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.write(folder.resolve("numbers"), new byte[] {0, 1, 2, 3, 4, 5, 6, 7});
    seen = Files.readAttributes(file, BasicFileAttributes.class);
  }

  @Test
  void changesStayInMemoryThatOutlivesTheMapping() throws IOException {
    ByteBuffer bytes;
    ByteBuffer before;
    try (PrivateMapping mapping = PrivateMapping.open(file, seen).orElseThrow()) {
      bytes = mapping.range(2, 4).orElseThrow();
      before = mapping.range(0, 2).orElseThrow();
      assertThat(mapping.range(8, 0).orElseThrow().remaining()).isZero();
    }
    assertThat(bytes.getInt(0)).isEqualTo(0x05040302);
    assertThat(before.getShort(0)).isEqualTo((short) 0x0100);
    bytes.putInt(0, -1);
    assertThat(bytes.getInt(0)).isEqualTo(-1);
    assertThat(Files.readAllBytes(file)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void rangesOutsideTheFileAreRefused() throws IOException {
    try (PrivateMapping mapping = PrivateMapping.open(file, seen).orElseThrow()) {
      assertThat(mapping.range(0, 1L << 31)).isEmpty();
      for (long[] range : new long[][] {{0, 9}, {9, 0}, {-1, 2}, {Long.MAX_VALUE, 1}, {0, -1}}) {
        assertThatThrownBy(() -> mapping.range(range[0], range[1]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("range expected inside 8 bytes but found " + range[0]);
      }
    }
  }

  @Test
  void anotherFileInThePlaceOfTheOneSeenIsNotMapped() throws IOException {
    Path other = Files.write(folder.resolve("other"), new byte[9]);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(PrivateMapping.open(file, seen)).isEqualTo(Optional.empty());
  }

  @Test
  void aFileThatMayOnlyBeReadIsNotMapped() throws IOException {
    assumeThat(file.toFile().setWritable(false)).isTrue();
    assumeThat(Files.isWritable(file)).as("the user is not bound by the file's rights").isFalse();
    assertThat(PrivateMapping.open(file, seen)).isEqualTo(Optional.empty());
  }
}
