package io.fourierft.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.safetensors.SafetensorsException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  @TempDir Path directory;

  @Test
  void filesShorterThanTheirLengthFieldAreRefused() throws IOException {
    refused(Reason.HEADER_TOO_SMALL, new byte[0], "expected at least 8 bytes but found 0");
    refused(Reason.HEADER_TOO_SMALL, new byte[7], "expected at least 8 bytes but found 7");
  }

  @Test
  void headersAbove100MegabytesAreRefused() throws IOException {
    refused(Reason.HEADER_TOO_LARGE, fileClaiming(100_000_001, "{}"), "but found 100000001");
    refused(Reason.HEADER_TOO_LARGE, fileClaiming(-1, "{}"), "but found 18446744073709551615");
  }

  @Test
  void headersLongerThanTheFileAreRefused() throws IOException {
    refused(Reason.HEADER_LENGTH, fileClaiming(60, "{}"), "expected at most 2 bytes");
  }

  @Test
  void headersThatAreNotUtf8AreRefused() throws IOException {
    byte[] bytes = fileClaiming(4, "{\"\"}");
    bytes[10] = (byte) 0xff;
    refused(Reason.HEADER_ENCODING, bytes, "expected UTF-8");
  }

  @Test
  void headersMustBeginWithABrace() throws IOException {
    refused(Reason.HEADER_START, file(" {}"), "begin with '{' but found ' '");
    refused(Reason.HEADER_START, file(""), "but found nothing");
  }

  @Test
  void headersThatAreNotJsonAreRefused() throws IOException {
    refused(Reason.HEADER_CONTENT, file("{"), "expected JSON");
    refused(Reason.HEADER_CONTENT, file("{} x"), "expected JSON");
    refused(Reason.HEADER_CONTENT, file("{}{}"), "the end of the header");
    refused(Reason.HEADER_CONTENT, file("{\"a\":1}"), "an object as tensor a");
    refused(Reason.HEADER_CONTENT, file("{\"__metadata__\":{\"a\":1}}"), "text as __metadata__ a");
    refused(Reason.HEADER_CONTENT, file("{\0}"), "expected JSON");
  }

  @Test
  void headersPaddedWithSpacesAreAccepted() throws IOException {
    try (SafetensorsFile file = open(file("{\"__metadata__\":{\"a\":\"b\"}}      "))) {
      assertThat(file.metadata()).isEqualTo(Map.of("a", "b"));
    }
    try (SafetensorsFile file = open(file("{\"__metadata__\":null}\n\t "))) {
      assertThat(file.metadata()).isEmpty();
    }
  }

  @Test
  void zeroSizedTensorsAreAccepted() throws IOException {
    String header = "{\"t\":" + tensor("I32", "2,0", 0, 0) + "}";
    try (SafetensorsFile file = open(file(header))) {
      assertThat(file.entry("t").shape()).containsExactly(2L, 0L);
      assertThat(file.map("t").remaining()).isZero();
    }
  }

  @Test
  void sizesThatDoNotMatchShapeAndTypeAreRefused() throws IOException {
    refused(
        Reason.TENSOR_SIZE,
        fileWithData("{\"t\":" + tensor("I32", "2,2", 0, 4) + "}", 4),
        "expected 16 bytes but found 4");
    refused(
        Reason.TENSOR_SIZE,
        fileWithData("{\"t\":" + tensor("F4", "3", 0, 1) + "}", 1),
        "expected whole bytes but found 12 bits");
  }

  @Test
  void shapesBeyond64BitsAreRefused() throws IOException {
    String max = Long.toString(Long.MAX_VALUE);
    refused(
        Reason.OVERFLOW,
        file("{\"t\":" + tensor("I32", "2," + max, 0, 16) + "}"),
        "expected to fit 64 bits");
    refused(
        Reason.OVERFLOW,
        file("{\"t\":" + tensor("I32", max, 0, 16) + "}"),
        "expected to fit 64 bits");
    refused(
        Reason.OVERFLOW,
        file("{\"t\":" + tensor("I32", "18446744073709551614", 0, 16) + "}"),
        "expected to fit 64 bits");
  }

  @Test
  void tensorsThatOverlapOrLeaveHolesAreRefused() throws IOException {
    String first = "{\"a\":" + tensor("U8", "4", 0, 4) + ",\"b\":";
    refused(
        Reason.OFFSETS,
        fileWithData(first + tensor("U8", "4", 0, 4) + "}", 4),
        "expected to begin at 4");
    refused(
        Reason.OFFSETS,
        fileWithData(first + tensor("U8", "4", 2, 6) + "}", 6),
        "expected to begin at 4");
    refused(
        Reason.OFFSETS,
        fileWithData(first + tensor("U8", "4", 6, 10) + "}", 10),
        "expected to begin at 4");
    refused(
        Reason.OFFSETS, fileWithData(first + tensor("U8", "4", 4, 0) + "}", 4), "but found [4, 0]");
    refused(
        Reason.OFFSETS,
        fileWithData("{\"a\":" + tensor("U8", "4", 1, 5) + "}", 5),
        "expected to begin at 0");
  }

  @Test
  void tensorsMustEndWithTheFile() throws IOException {
    String header = "{\"a\":" + tensor("U8", "4", 0, 4) + "}";
    refused(Reason.FILE_SIZE, fileWithData(header, 3), "3 bytes after the header but found 4");
    refused(Reason.FILE_SIZE, fileWithData(header, 5), "5 bytes after the header but found 4");
    refused(Reason.FILE_SIZE, fileWithData("{}", 1), "1 bytes after the header but found 0");
  }

  @Test
  void duplicateNamesAndFieldsAreRefused() throws IOException {
    String tensor = tensor("U8", "0", 0, 0);
    refused(
        Reason.HEADER_CONTENT,
        file("{\"a\":" + tensor + ",\"a\":" + tensor + "}"),
        "Duplicate field 'a'");
    refused(
        Reason.HEADER_CONTENT,
        file("{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"),
        "Duplicate field 'dtype'");
  }

  @Test
  void incompleteAndWronglyTypedTensorsAreRefused() throws IOException {
    refused(Reason.HEADER_CONTENT, file("{\"a\":{}}"), "found dtype '', no shape, 0 offsets");
    refused(Reason.HEADER_CONTENT, file("{\"a\":" + tensor("F7", "1", 0, 1) + "}"), "dtype 'F7'");
    refused(
        Reason.HEADER_CONTENT, file("{\"a\":" + tensor("U8", "-1", 0, 1) + "}"), "numbers >= 0");
    refused(Reason.HEADER_CONTENT, file("{\"a\":" + tensor("U8", "1.0", 0, 1) + "}"), "whole");
    refused(
        Reason.HEADER_CONTENT,
        file("{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1,2]}}"),
        "3 offsets");
    refused(Reason.HEADER_CONTENT, file("{\"a\":{\"dtype\":8}}"), "text as dtype of a");
    String deep = "[".repeat(5000);
    refused(Reason.HEADER_CONTENT, file("{\"a\":{\"x\":" + deep), "nesting depth");
  }

  @Test
  void otherFilesAreNamed() throws IOException {
    refused(
        Reason.HEADER_TOO_LARGE,
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\n"
            .getBytes(StandardCharsets.US_ASCII),
        "a Git LFS pointer: the file itself was not downloaded");
    refused(
        Reason.HEADER_TOO_LARGE,
        "<!DOCTYPE html><html>".getBytes(StandardCharsets.US_ASCII),
        "an HTML or XML page");
    refused(
        Reason.HEADER_TOO_LARGE,
        "PK\3\4\0\0\10\10xxxxxxxxxxxx".getBytes(StandardCharsets.ISO_8859_1),
        "a zip archive");
  }

  @Test
  void everyTruncationIsDetected() throws IOException {
    Path path = directory.resolve("t.safetensors");
    TensorSource source = TensorSource.of("a", DType.F32, new long[] {3}, new float[] {1, 2, 3});
    SafetensorsWriter.write(path, List.of(source), Map.of("format", "pt"));
    byte[] bytes = Files.readAllBytes(path);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> open(cut)).isInstanceOf(SafetensorsException.class);
    }
  }

  @Test
  void partsOutsideTheTensorAndUnknownNamesAreRefused() throws IOException {
    String header = "{\"a\":" + tensor("U8", "4", 0, 4) + "}";
    try (SafetensorsFile file = open(fileWithData(header, 4))) {
      assertThat(file.map("a", 1, 3).remaining()).isEqualTo(3);
      assertThatThrownBy(() -> file.map("a", 2, 3)).hasMessageContaining("found 2 + 3");
      assertThatThrownBy(() -> file.map("a", Long.MAX_VALUE, 3)).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> file.entry("b"))
          .hasMessageStartingWith("tensor expected 'b' but found none of the name among 1");
      assertThatThrownBy(() -> file.floats("a"))
          .hasMessageStartingWith("tensor expected F32, F16 or BF16");
    }
  }

  private void refused(Reason reason, byte[] bytes, String text) throws IOException {
    assertThatThrownBy(() -> open(bytes))
        .isInstanceOfSatisfying(
            SafetensorsException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(text)
        .hasMessageContaining("x.safetensors");
  }

  private SafetensorsFile open(byte[] bytes) throws IOException {
    Path path = directory.resolve("x.safetensors");
    Files.write(path, bytes);
    return SafetensorsFile.open(path);
  }

  private static String tensor(String dtype, String shape, long begin, long end) {
    return String.format(
        "{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}", dtype, shape, begin, end);
  }

  private static byte[] file(String header) {
    return fileWithData(header, 0);
  }

  private static byte[] fileWithData(String header, int dataBytes) {
    return bytes(header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes);
  }

  private static byte[] fileClaiming(long headerLength, String header) {
    return bytes(headerLength, header, 0);
  }

  private static byte[] bytes(long headerLength, String header, int dataBytes) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerLength)
        .put(text)
        .array();
  }
}
