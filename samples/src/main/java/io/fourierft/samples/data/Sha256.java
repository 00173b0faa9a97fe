package io.fourierft.samples.data;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every JDK has. */
public final class Sha256 {
  private Sha256() {}

  /**
   * Digest of a text.
   *
   * @param text hashed as UTF-8
   * @return 64 lower-case hexadecimal digits
   */
  public static String hex(String text) {
    byte[] digest = start().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("SHA-256 belongs to every JDK", impossible);
    }
  }
}
