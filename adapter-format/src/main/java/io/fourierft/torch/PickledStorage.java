package io.fourierft.torch;

import io.fourierft.safetensors.DType;
import java.util.Optional;

/**
 * Numbers that the pickle refers to: a record of the archive.
 *
 * @param key name of the record
 * @param dtype type of the numbers; none where each view says it
 * @param length number of elements, or of bytes where there is no type
 */
record PickledStorage(String key, Optional<DType> dtype, long length) {
  /** Size of the record. */
  long bytes() {
    return Math.multiplyExact(length, (long) dtype.map(DType::bits).orElse(8)) / Byte.SIZE;
  }
}
