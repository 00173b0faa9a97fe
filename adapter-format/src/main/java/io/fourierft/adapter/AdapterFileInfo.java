package io.fourierft.adapter;

/**
 * Facts about an adapter file.
 *
 * @param sha256 sha256 of the whole file in lower-case hex, as {@code sha256sum} prints it
 * @param version format version
 * @param size bytes of the file
 * @param coefficientBytes bytes of the spectral coefficients
 * @param tensorBytes bytes of the fully trained parameters, the head
 */
public record AdapterFileInfo(
    String sha256, int version, long size, long coefficientBytes, long tensorBytes) {
  /**
   * Returns what the file takes beside numbers: frame, names, metadata.
   *
   * @return the bytes
   */
  public long overheadBytes() {
    return size - coefficientBytes - tensorBytes;
  }
}
