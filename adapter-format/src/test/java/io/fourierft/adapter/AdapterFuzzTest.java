package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/**
 * Feeds arbitrary bytes to the reader. {@code FuzzInputsTest} replays the committed inputs in every
 * build; {@code JAZZER_FUZZ=1 mvn -pl adapter-format test -Dtest=AdapterFuzzTest#frame} searches
 * for new ones.
 */
public class AdapterFuzzTest {
  @FuzzTest(maxDuration = "10m")
  public void frame(byte[] bytes) {
    try {
      Adapter adapter = AdapterFiles.read(bytes, "fuzz");
      rewrite(adapter);
    } catch (AdapterFormatException e) {
      assertThat(e).hasMessageContaining("fuzz");
    }
  }

  /** The same behind the digest, which no random bytes get past. */
  @FuzzTest(maxDuration = "10m")
  public void message(byte[] payload) {
    byte[] frame = Frame.open(payload.length);
    System.arraycopy(payload, 0, frame, Frame.HEADER_BYTES, payload.length);
    Frame.seal(frame);
    frame(frame);
  }

  /** What was read must be written and read again as the same. */
  private static void rewrite(Adapter adapter) throws AdapterFormatException {
    byte[] bytes = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32);
    Adapter again = AdapterFiles.read(bytes, "fuzz again");
    byte[] written = AdapterFiles.toBytes(again, StorageType.F32, StorageType.F32);
    assertThat(Arrays.equals(written, bytes)).isTrue();
  }
}
