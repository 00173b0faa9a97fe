package io.fourierft.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Feeds arbitrary archives and pickles to the reader; run as {@code AdapterFuzzTest} says. */
public class TorchFuzzTest {
  private static final int PIECE = 1 << 20;

  @FuzzTest(maxDuration = "10m")
  public void file(byte[] bytes) throws IOException {
    Path path = Files.createTempFile("fuzz", ".bin");
    try {
      Files.write(path, bytes);
      readAll(path);
    } finally {
      Files.delete(path);
    }
  }

  private static void readAll(Path path) throws IOException {
    try (TorchFile file = TorchFile.open(path)) {
      for (TorchTensor tensor : file.tensors()) {
        int length = (int) Math.min(PIECE, tensor.bytes());
        ByteBuffer piece = ByteBuffer.allocate(length);
        file.stream(tensor.name()).fill(piece);
        assertThat(piece.hasRemaining()).isFalse();
      }
    } catch (TorchException e) {
      assertThat(e).hasMessageContaining(path.getFileName().toString());
    }
  }

  /** The pickle alone, which mutations of an archive rarely reach. */
  @FuzzTest(maxDuration = "10m")
  public void pickle(byte[] bytes) {
    try {
      Object root = Unpickler.read(bytes, "fuzz");
      StateDict.tensors(root, "fuzz", bytes.length)
          .forEach((name, view) -> assertThat(view.shape()).hasSameSizeAs(view.strides()));
    } catch (TorchException e) {
      assertThat(e).hasMessageContaining("fuzz");
    }
  }
}
