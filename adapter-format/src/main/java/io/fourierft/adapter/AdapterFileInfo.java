package io.fourierft.adapter;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Facts about an adapter file.
 *
 * @param sha256 sha256 of the whole file in lower-case hex, as {@code sha256sum} prints it
 * @param version format version
 * @param size bytes of the file
 * @param coefficientBytes bytes of the spectral coefficients
 * @param tensorBytes bytes of the fully trained parameters, the head
 * @param coefficientTypes how the coefficients are stored
 * @param tensorTypes how the fully trained parameters are stored
 */
public record AdapterFileInfo(
    String sha256,
    int version,
    long size,
    long coefficientBytes,
    long tensorBytes,
    Set<StorageType> coefficientTypes,
    Set<StorageType> tensorTypes) {
  /**
   * Copies the types.
   *
   * @param sha256 sha256 of the whole file in lower-case hex, as {@code sha256sum} prints it
   * @param version format version
   * @param size bytes of the file
   * @param coefficientBytes bytes of the spectral coefficients
   * @param tensorBytes bytes of the fully trained parameters, the head
   * @param coefficientTypes how the coefficients are stored
   * @param tensorTypes how the fully trained parameters are stored
   */
  public AdapterFileInfo {
    coefficientTypes = Collections.unmodifiableSet(new TreeSet<>(coefficientTypes));
    tensorTypes = Collections.unmodifiableSet(new TreeSet<>(tensorTypes));
  }

  /**
   * Returns what the file takes beside numbers: frame, names, metadata.
   *
   * @return the bytes
   */
  public long overheadBytes() {
    return size - coefficientBytes - tensorBytes;
  }
}
