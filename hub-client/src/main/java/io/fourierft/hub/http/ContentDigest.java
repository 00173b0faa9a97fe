package io.fourierft.hub.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The hash of bytes as they pass. */
public final class ContentDigest {
  private static final int BUFFER = 1 << 16;

  private final MessageDigest digest;

  private ContentDigest(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has " + algorithm, e);
    }
  }

  /**
   * SHA-256.
   *
   * @return a hash of no bytes yet
   */
  public static ContentDigest sha256() {
    return new ContentDigest("SHA-256");
  }

  /**
   * The name of a blob in git: SHA-1 over a header with the size, then the bytes.
   *
   * @param size the number of bytes that follow
   * @return a hash of no bytes yet
   */
  public static ContentDigest gitBlob(long size) {
    ContentDigest blob = new ContentDigest("SHA-1");
    byte[] header = ("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII);
    blob.update(header, header.length);
    return blob;
  }

  /**
   * Adds bytes.
   *
   * @param bytes an array that begins with them
   * @param count how many
   */
  public void update(byte[] bytes, int count) {
    digest.update(bytes, 0, count);
  }

  /**
   * Ends the use of this object.
   *
   * @return the digest in lower-case hexadecimal digits
   */
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Adds all bytes of a file.
   *
   * @param file the file
   * @return this object
   * @throws IOException if the file cannot be read
   */
  public ContentDigest add(Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    return this;
  }
}
