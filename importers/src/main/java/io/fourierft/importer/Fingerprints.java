package io.fourierft.importer;

import io.fourierft.adapter.Fingerprint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Takes the fingerprint of a pretrained encoder: an adapter made for one base is refused by
 * another.
 *
 * <p>The digest is the SHA-256 of one line {@code name TAB shape TAB type TAB crc32c LF} per
 * tensor, sorted by name, where the check sum is that of the tensor's little-endian floats. Heads,
 * poolers and the {@code bert.} in front of names are left out, so that it is the same whatever
 * head the encoder is loaded with and whatever file it comes from. It guards against mistakes, not
 * against attackers.
 */
public final class Fingerprints {
  /** Numbers per step: a byte buffer ends at 2 GiB, an array does not. */
  private static final int STEP = 1 << 22;

  private Fingerprints() {}

  /**
   * Takes the fingerprint of an encoder.
   *
   * @param config its configuration
   * @param tensors its tensors by name, without heads
   * @return the fingerprint
   */
  public static Fingerprint of(ModelConfig config, Map<String, INDArray> tensors) {
    MessageDigest sha = sha256();
    new TreeMap<>(tensors)
        .forEach((name, value) -> sha.update(line(name, value).getBytes(StandardCharsets.UTF_8)));
    return new Fingerprint(
        config.modelType(), config.sizes(), HexFormat.of().formatHex(sha.digest()));
  }

  private static String line(String name, INDArray value) {
    return String.format(
        Locale.ROOT,
        "%s\t%s\t%s\t%08x\n",
        name,
        Arrays.toString(value.shape()),
        value.dataType(),
        checksum(value));
  }

  private static long checksum(INDArray value) {
    CRC32C crc = new CRC32C();
    long bytes = value.length() * value.dataType().width();
    if (Nd4j.getBackend().getEnvironment().isCPU() && bytes <= Integer.MAX_VALUE) {
      ByteBuffer numbers = value.data().asNio().order(ByteOrder.LITTLE_ENDIAN);
      crc.update(numbers.limit((int) bytes)); // loaded arrays own their buffer from its start
      return crc.getValue();
    }
    INDArray flat = value.reshape(value.length()); // a view: the array is row-major
    for (long start = 0; start < flat.length(); start += STEP) {
      long end = Math.min(start + STEP, flat.length());
      try (INDArray part = flat.get(NDArrayIndex.interval(start, end)).dup()) {
        crc.update(part.data().asNio().order(ByteOrder.LITTLE_ENDIAN));
      }
    }
    return crc.getValue();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform expected SHA-256 but found none", e);
    }
  }
}
