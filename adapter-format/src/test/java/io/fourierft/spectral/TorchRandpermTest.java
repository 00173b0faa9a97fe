package io.fourierft.spectral;

import static io.fourierft.spectral.EntryRule.Algorithm.TORCH_RANDPERM;
import static io.fourierft.spectral.EntryRule.Algorithm.TORCH_RANDPERM_LEGACY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Golden numbers made by PyTorch: tools/reference/peft_randperm.py. */
class TorchRandpermTest {
  @ParameterizedTest
  @CsvSource({
    "10, 777, 10, 37bc0f0732a2995b, 5 9 0 3 1 7 4 8 6 2",
    "12, 777, 12, 2f93dfa46633a444, 11 7 3 8 0 2 9 6 4 10",
    "200, 777, 200, abe7bfbc72b3de7b, 135 123 63 99 19 187 39 107 199 183",
    "400, 0, 400, 6adb7431b7f0df04, 44 214 287 174 155 34 237 248 257 303",
    "589824, 777, 1000, 47b4de12ddb3cd3d, 391271 183699 413551 384200 435559 59955 374469",
    "589824, 2024, 1000, 5297db3fb71cd858, 466568 254852 455206 248204 53127 314058 4414",
    "1048576, 777, 1000, 6d6bc312a09dc5ba, 325735 902535 477161 185675 107091 115356",
    "2359296, 777, 1000, df9c8c56e26f25f2, 2160743 1949640 1000073 970736 2203675 632404",
    "3145728, 777, 1000, 253ff2674555d226, 1374311 1949346 2572661 184031 2203563 2203818",
    "9437184, 777, 1000, 435d0f009bddd066, 4520039 1948758 5717839 3329210 2203339",
    "16777216, 777, 1000, 7ff77a079ae3947b, 1374311 8240085 6766295 6474818 14786199",
    "45088768, 777, 1000, 0cd00dc6357d7fb9, 24442983 26065773 36126325 5426146 41000559",
  })
  void drawsWhatPyTorchDraws(long size, long seed, int count, String digest, String first)
      throws NoSuchAlgorithmException {
    long[] drawn = TorchRandperm.prefix(size, count, seed, TORCH_RANDPERM);

    long[] expected = Arrays.stream(first.split(" ")).mapToLong(Long::parseLong).toArray();
    assertThat(drawn).startsWith(expected);
    assertThat(sha256(drawn)).startsWith(digest);
  }

  @Test
  void drawsWhatPyTorchDrawsFromTheThresholdOn() {
    assertThat(TorchRandperm.prefix(TorchRandperm.THRESHOLD, 6, 777, TORCH_RANDPERM))
        .containsExactly(150358698, 199533091, 83306822, 145970095, 40813261, 111338416);
  }

  @Test
  void keepsTheOldDrawFromTheThresholdOnWhereAsked() {
    long size = TorchRandperm.THRESHOLD;
    long[] below = TorchRandperm.prefix(size - 1, 100, 777, TORCH_RANDPERM);

    assertThat(TorchRandperm.prefix(size - 1, 100, 777, TORCH_RANDPERM_LEGACY)).isEqualTo(below);
    Mt19937 random = new Mt19937(777);
    assertThat(TorchRandperm.prefix(size, 1, 777, TORCH_RANDPERM_LEGACY))
        .containsExactly(random.nextUnsigned() % size);
  }

  @Test
  void sparseAndDenseDrawsAgreeAndWholePermutationsAreComplete() {
    for (int size : new int[] {1, 2, 3, 17, 1000, 4096}) {
      for (long seed = 0; seed < 20; seed++) {
        long[] whole = TorchRandperm.prefix(size, size, seed, TORCH_RANDPERM);
        int few = Math.max(1, size / 16);
        assertThat(TorchRandperm.prefix(size, few, seed, TORCH_RANDPERM))
            .as("size %d, seed %d", size, seed)
            .isEqualTo(Arrays.copyOf(whole, few));
        assertThat(Arrays.stream(whole).sorted())
            .containsExactlyElementsOf(LongStream.range(0, size).boxed().toList());
      }
    }
  }

  @Test
  void refusesSizesOutOfRange() {
    assertThatThrownBy(() -> TorchRandperm.prefix(0, 0, 1, TORCH_RANDPERM))
        .hasMessage("permutation size expected >= 1 but found 0");
    assertThatThrownBy(() -> TorchRandperm.prefix(10, 11, 1, TORCH_RANDPERM))
        .hasMessage("permutation prefix expected 0 to 10 values but found 11");
  }

  private static String sha256(long[] values) throws NoSuchAlgorithmException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }
}
