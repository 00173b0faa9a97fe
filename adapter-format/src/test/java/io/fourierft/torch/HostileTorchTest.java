package io.fourierft.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.torch.TorchException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives and pickles that were made to deceive. */
class HostileTorchTest {
  private static final byte[] FLOATS = {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40}; // 1 and 2

  @TempDir Path folder;

  @Test
  void archivesOfBothSizesOfFieldsAreRead() throws Exception {
    for (TorchZip zip : new TorchZip[] {new TorchZip(), new TorchZip().wide()}) {
      byte[] bytes = zip.add("m/data.pkl", pair()).add("m/data/0", FLOATS).finish();
      try (TorchFile file = open(bytes)) {
        assertThat(file.floats("w")).containsExactly(1, 2);
      }
    }
  }

  @Test
  void recordsMayNotOverlapRepeatOrLeaveTheArchive() throws Exception {
    TorchZip.Entry inside = new TorchZip.Entry("m/data.pkl", 0, 0, 20, 20, 0);
    byte[] nested = new TorchZip().add("m/x", new byte[4]).finish();
    TorchZip quine = new TorchZip().local("m/data.pkl", concat(nested, new byte[99]));
    quine.list(new TorchZip.Entry("m/data.pkl", 0, 0, nested.length + 99, nested.length + 99, 0));
    quine.list(new TorchZip.Entry("m/x", 0, 0, 4, 4, 30 + 10));
    refused(quine.finish(), Reason.ARCHIVE, "m/x inside the one before");
    refused(
        new TorchZip().add("m/data.pkl", pair()).add("m/data.pkl", pair()).finish(),
        Reason.ARCHIVE,
        "m/data.pkl twice");
    refused(
        new TorchZip().local("m/data.pkl", new byte[3]).list(inside).finish(),
        Reason.ARCHIVE,
        "m/data.pkl reaching beyond");
    for (String name : new String[] {"../data.pkl", "/m/data.pkl", "m\\data.pkl", "m/../x", ""}) {
      refused(new TorchZip().add(name, pair()).finish(), Reason.ARCHIVE, "plain record names");
    }
  }

  @Test
  void recordsThatGrowAreRefused() throws Exception {
    TorchZip bomb = new TorchZip().local("m/data.pkl", new byte[20]);
    bomb.list(new TorchZip.Entry("m/data.pkl", 0, 1, 1L << 31, 20, 0));
    refused(bomb.finish(), Reason.COMPRESSED, "m/data.pkl compressed or encrypted");
    TorchZip secret = new TorchZip().local("m/data.pkl", new byte[20]);
    secret.list(new TorchZip.Entry("m/data.pkl", 0, 1, 20, 20, 0));
    refused(secret.finish(), Reason.COMPRESSED, "m/data.pkl compressed or encrypted");
    TorchZip sizes = new TorchZip().local("m/data.pkl", new byte[20]);
    sizes.list(new TorchZip.Entry("m/data.pkl", 0, 0, 1 << 30, 20, 0));
    refused(sizes.finish(), Reason.ARCHIVE, "one size but found 20 and 1073741824");
  }

  @Test
  void directoriesThatLieAreRefused() throws Exception {
    for (boolean wide : new boolean[] {false, true}) {
      for (long[] lie :
          new long[][] {
            {60_000, 56, 40}, {1, 1L << 31, 40}, {1, 56, 1L << 31}, {2, 56, 40}, {1, 20, 40}
          }) {
        TorchZip zip = wide ? new TorchZip().wide() : new TorchZip();
        byte[] bytes = zip.add("m/data.pkl", pair()).finish(lie[0], lie[1], lie[2]);
        refused(bytes, Reason.ARCHIVE, "zip archive expected");
      }
    }
    byte[] huge = new TorchZip().wide().add("m/x", pair()).finish(-1, -1, -1);
    refused(huge, Reason.ARCHIVE, "sizes below 2^63");
  }

  @Test
  void namesOfCodeAreRefusedBeforeAnythingElse() throws Exception {
    String[][] names = {
      {"os", "system"},
      {"builtins", "eval"},
      {"torch", "load"},
      {"torch.hub", "load"},
      {"collections", "OrderedDict.__init__"},
      {"", ""},
      {"torch", "FloatStorage.__reduce__"}
    };
    for (String[] name : names) {
      byte[] pickle = new Pickle().name(name[0], name[1]).text("x").code(0x85, 'R').stop();
      refused(pickled(pickle), Reason.FORBIDDEN, "a reference to " + name[0] + "." + name[1]);
      byte[] stacked = new Pickle().text(name[0]).text(name[1]).code(0x93).stop();
      refused(pickled(stacked), Reason.FORBIDDEN, "a reference to " + name[0] + "." + name[1]);
    }
  }

  @Test
  void otherInstructionsAndBrokenStacksAreRefused() throws Exception {
    int[] codes = {'i', 'o', 'P', 0x82, 0x92, 0x97, 0x98, 'I', 'F', 'S', 'V', 'p', 'g', 0xff};
    for (int code : codes) {
      refused(pickled(new Pickle().code('}', code, 1, 1).stop()), Reason.PICKLE, "instruction");
    }
    int[][] broken = {
      {},
      {'0'},
      {'t'},
      {'u'},
      {'R'},
      {'N', 'R'},
      {'}', '}', 'R'},
      {'}', 'a'},
      {'h', 3},
      {'N', 'Q'},
      {'(', '.'},
      {']', ']', 'N', 's'},
      {'}', '(', 'N', 'u'},
      {'}', ']', ']', 's'},
      {'N', 'N', 'b'},
      {'X', 255, 255, 255, 255},
      {'T', 255, 255, 255, 127},
      {0x8b, 255, 255, 255, 255},
      {'c', 'x'},
      {0x8d, 255, 255, 255, 255, 255, 255, 255, 255},
      {0x80, 6},
      {'X', 1, 0, 0, 0, 0xff}
    };
    for (int[] instructions : broken) {
      refused(pickled(new Pickle().code(instructions).stop()), Reason.PICKLE, "expected");
    }
    refused(pickled(new byte[] {'.'}), Reason.PICKLE, "a protocol of 2 to 5 at the start");
    refused(pickled(new byte[0]), Reason.PICKLE, "1 more bytes but found 0");
  }

  @Test
  void valuesThatContainThemselvesOrMultiplyDoNoHarm() {
    Pickle laughs = new Pickle().code(']', 'q', 0, 'h', 0, 'a');
    for (int i = 0; i < 200_000; i++) {
      laughs.code('2', 0x86);
    }
    byte[] bytes = pickled(laughs.stop());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> refused(bytes, Reason.CONTENT, "a dictionary of tensors but found another object"));
    byte[] self = new Pickle().code('}', 'q', 0).text("state_dict").code('h', 0, 's').stop();
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> refused(pickled(self), Reason.CONTENT, "1 other values such as [state_dict]"));
  }

  @Test
  void tensorsStayInsideTheirStorages() throws Exception {
    long[][][] views = {
      {{3}, {1}, {0}},
      {{2}, {2}, {0}},
      {{2}, {1}, {1}},
      {{1}, {1}, {2}},
      {{}, {}, {2}},
      {{1L << 62, 1L << 62}, {1, 1}, {0}},
      {{1L << 40, 1L << 40}, {0, 0}, {0}},
      {{2}, {Long.MAX_VALUE}, {0}},
      {{1L << 61}, {0}, {0}},
      {{1}, {1}, {Long.MAX_VALUE}}
    };
    for (long[][] view : views) {
      byte[] pickle = tensor("0", 2, view[2][0], view[0], view[1]);
      refused(pickled(pickle), Reason.STORAGE, "inside the 8 bytes of its storage");
    }
    byte[] expanded = tensor("0", 2, 0, new long[] {1L << 40}, new long[] {0});
    refused(pickled(expanded), Reason.CONTENT, "expanded ones that are larger");
    long[] negative = {-1};
    refused(pickled(tensor("0", 2, 0, negative, negative)), Reason.PICKLE, "sizes >= 0");
    refused(pickled(tensor("0", 2, 0, new long[65], new long[65])), Reason.PICKLE, "at most 64");
  }

  @Test
  void storagesAreThereAsAWhole() throws Exception {
    long[] two = {2};
    long[] one = {1};
    refused(
        pickled(tensor("1", 2, 0, two, one)), Reason.STORAGE, "data/1 of 8 bytes but found none");
    refused(pickled(tensor("0", 3, 0, two, one)), Reason.STORAGE, "12 bytes but found 8");
    refused(pickled(tensor("0", -1, 0, two, one)), Reason.PICKLE, "a length of at least 0");
    refused(pickled(tensor("0", 1L << 62, 0, two, one)), Reason.PICKLE, "a length of at least 0");
    refused(pickled(tensor("../../m/data.pkl", 2, 0, two, one)), Reason.STORAGE, "but found none");
  }

  @Test
  void bigEndianFilesAndOtherArchivesAreNamed() throws Exception {
    byte[] big = "big".getBytes(StandardCharsets.US_ASCII);
    refused(
        new TorchZip().add("m/data.pkl", pair()).add("m/byteorder", big).finish(),
        Reason.OTHER_TORCH,
        "byte order expected little but found big");
    refused(new TorchZip().add("word/document.xml", big).finish(), Reason.NOT_TORCH, "another zip");
    refused(new TorchZip().finish(), Reason.NOT_TORCH, "another zip");
  }

  private static byte[] pair() {
    return tensor("0", 2, 0, new long[] {2}, new long[] {1});
  }

  private static byte[] tensor(String key, long length, long offset, long[] shape, long[] strides) {
    Pickle pickle = new Pickle().code('}').text("w");
    return pickle.tensor(key, length, offset, shape, strides).code('s').stop();
  }

  private static byte[] pickled(byte[] pickle) {
    return new TorchZip().add("m/data.pkl", pickle).add("m/data/0", FLOATS).finish();
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private TorchFile open(byte[] bytes) throws IOException {
    return TorchFile.open(Files.write(folder.resolve("file.bin"), bytes));
  }

  private void refused(byte[] bytes, Reason reason, String message) {
    assertThatThrownBy(() -> open(bytes).close())
        .hasMessageContaining(message)
        .hasMessageContaining("file.bin")
        .isInstanceOfSatisfying(
            TorchException.class, e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
  }
}
