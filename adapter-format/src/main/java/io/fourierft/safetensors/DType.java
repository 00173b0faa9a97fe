package io.fourierft.safetensors;

import java.util.Optional;

/** The element types of safetensors, in the order of growing alignment that its writers use. */
public enum DType {
  /** Truth values, one byte each. */
  BOOL(8),
  /** 4-bit floating point. */
  F4(4),
  /** 6-bit floating point, 2 exponent bits. */
  F6_E2M3(6),
  /** 6-bit floating point, 3 exponent bits. */
  F6_E3M2(6),
  /** Unsigned bytes. */
  U8(8),
  /** Signed bytes. */
  I8(8),
  /** 8-bit floating point, 5 exponent bits. */
  F8_E5M2(8),
  /** 8-bit floating point, 4 exponent bits. */
  F8_E4M3(8),
  /** 8-bit exponents. */
  F8_E8M0(8),
  /** Signed 16-bit integers. */
  I16(16),
  /** Unsigned 16-bit integers. */
  U16(16),
  /** IEEE 754 binary16. */
  F16(16),
  /** bfloat16. */
  BF16(16),
  /** Signed 32-bit integers. */
  I32(32),
  /** Unsigned 32-bit integers. */
  U32(32),
  /** IEEE 754 binary32. */
  F32(32),
  /** Complex numbers of two binary32. */
  C64(64),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed 64-bit integers. */
  I64(64),
  /** Unsigned 64-bit integers. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /**
   * Returns the size of one element.
   *
   * @return bits per element
   */
  public int bits() {
    return bits;
  }

  /**
   * Tells whether the elements are numbers that a {@code float} can hold: F32, F16 or BF16.
   *
   * @return true for those
   */
  public boolean isFloat() {
    return this == F32 || this == F16 || this == BF16;
  }

  /**
   * Finds a type by its name in a file.
   *
   * @param name such as {@code F32}
   * @return the type, if there is one
   */
  public static Optional<DType> named(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
