package io.fourierft.hub;

/**
 * A file of a version.
 *
 * @param path its relative path, with {@code /} between the names
 * @param size its length in bytes
 * @param sha256 the SHA-256 of its bytes, 64 lower-case hexadecimal digits
 */
public record HubFile(String path, long size, String sha256) {
  /** Checks path, size and digest. */
  public HubFile {
    PortableNames.requirePath(path);
    if (size < 0) {
      throw new IllegalArgumentException(
          "file size expected 0 or more but found " + size + " (" + path + ")");
    }
    if (!Texts.isSha256(sha256)) {
      throw new IllegalArgumentException(
          "file digest expected 64 hexadecimal digits but found \""
              + Texts.oneLine(sha256)
              + "\" ("
              + path
              + ")");
    }
  }

  /**
   * Refuses a path that some system could not keep, or would keep elsewhere.
   *
   * @param path the path, with {@code /} between the names
   * @throws IllegalArgumentException if it breaks a rule
   */
  public static void requirePath(String path) {
    PortableNames.requirePath(path);
  }
}
