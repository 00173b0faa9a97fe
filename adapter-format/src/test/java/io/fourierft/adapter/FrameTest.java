package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.fourierft.adapter.proto.AdapterMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FrameTest {
  private final byte[] good =
      AdapterFiles.toBytes(Samples.golden(), StorageType.F32, StorageType.F32);

  @Test
  void laterVersionsAreTooNewWhateverFollows() {
    byte[] newer = Arrays.copyOf(good, 40);
    ByteBuffer.wrap(newer).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 2);
    assertThatThrownBy(() -> AdapterFiles.read(newer, "a.fft"))
        .isInstanceOf(AdapterFormatException.TooNew.class)
        .hasMessage("format version expected 1 to 1 but found 2 (a.fft)");
  }

  @Test
  void earlierVersionsAreTooOld() {
    byte[] older = good.clone();
    ByteBuffer.wrap(older).order(ByteOrder.LITTLE_ENDIAN).putInt(8, 0);
    assertThatThrownBy(() -> AdapterFiles.read(older, "a.fft"))
        .isInstanceOf(AdapterFormatException.TooOld.class)
        .hasMessage("format version expected 1 to 1 but found 0 (a.fft)");
  }

  @Test
  void otherKindsOfFilesAreNamed() {
    check("", "an empty file");
    check(
        "version https://git-lfs.github.com/spec/v1",
        "a Git LFS pointer: the file itself was not downloaded");
    check("<!DOCTYPE html>", "an HTML or XML page");
    check("PK\3\4....", "a zip archive");
    check("abcdefghij", "61 62 63 64 65 66 67 68");
  }

  private static void check(String content, String kind) {
    byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> AdapterFiles.read(bytes, "a.fft"))
        .isInstanceOf(AdapterFormatException.Corrupt.class)
        .hasMessage(
            "adapter file expected to begin with 89 46 46 54 but found " + kind + " (a.fft)");
  }

  @Test
  void cutHeadersAndCutPayloadsSayHowMuchIsMissing() {
    assertThatThrownBy(() -> AdapterFiles.read(Arrays.copyOf(good, 12), "a.fft"))
        .hasMessage("adapter file expected a header of 16 bytes but found 12: cut off? (a.fft)");
    assertThatThrownBy(() -> AdapterFiles.read(Arrays.copyOf(good, good.length - 1), "a.fft"))
        .hasMessage(
            "adapter file expected %d bytes but found %d: cut off? (a.fft)",
            good.length, good.length - 1);
  }

  @Test
  void lengthsBeyondTheLimitTakeNoMemory() {
    byte[] huge = good.clone();
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putInt(12, -1);
    assertThatThrownBy(() -> AdapterFiles.read(huge, "a.fft"))
        .isInstanceOf(AdapterFormatException.Corrupt.class)
        .hasMessage("payload expected at most 1073741824 bytes but found 4294967295 (a.fft)");
  }

  @Test
  void changedBytesDoNotMatchTheDigest() {
    byte[] changed = good.clone();
    changed[100] ^= 1;
    assertThatThrownBy(() -> AdapterFiles.read(changed, "a.fft"))
        .isInstanceOf(AdapterFormatException.Corrupt.class)
        .hasMessage("adapter file expected to match its sha256 but found other bytes (a.fft)");
  }

  @Test
  void payloadsThatAreNoMessageAreCorrupt() {
    byte[] frame = Frame.open(3);
    frame[16] = 0x3a; // field 7 of 100 bytes, which are not there
    frame[17] = 100;
    Frame.seal(frame);
    assertThatThrownBy(() -> AdapterFiles.read(frame, "a.fft"))
        .isInstanceOf(AdapterFormatException.Corrupt.class)
        .hasMessageStartingWith("payload expected an adapter message but found");
  }

  @Test
  void payloadsThatWouldUnpackToManyTimesTheirSizeAreRefused() {
    AdapterMessage.Builder message = AdapterMessage.newBuilder();
    message.getTaskBuilder().addLabelsBytes(ByteString.copyFrom(new byte[9 << 20]));
    byte[] payload = message.build().toByteArray();
    byte[] frame = Frame.open(payload.length);
    System.arraycopy(payload, 0, frame, Frame.HEADER_BYTES, payload.length);
    Frame.seal(frame);
    assertThatThrownBy(() -> AdapterFiles.read(frame, "a.fft"))
        .isInstanceOf(AdapterFormatException.Invalid.class)
        .hasMessageStartingWith(
            "payload expected at most 8388608 bytes beside its numbers but found 94");
  }
}
