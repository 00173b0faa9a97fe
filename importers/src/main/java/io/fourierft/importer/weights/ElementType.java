package io.fourierft.importer.weights;

/** How one number of a stored tensor is written; the names are those of safetensors. */
public enum ElementType {
  /** IEEE double. */
  F64(8, true),
  /** IEEE float. */
  F32(4, true),
  /** IEEE half. */
  F16(2, true),
  /** The upper half of an IEEE float. */
  BF16(2, true),
  /** Signed integer of eight bytes. */
  I64(8, false),
  /** Signed integer of four bytes. */
  I32(4, false),
  /** Signed integer of two bytes. */
  I16(2, false),
  /** Signed byte. */
  I8(1, false),
  /** Unsigned byte. */
  U8(1, false),
  /** Truth value in one byte. */
  BOOL(1, false),
  /** Anything that no weight is made of: texts, complex or quantised numbers. */
  OTHER(1, false);

  private final int width;
  private final boolean floating;

  ElementType(int width, boolean floating) {
    this.width = width;
    this.floating = floating;
  }

  /**
   * Size of one number.
   *
   * @return bytes
   */
  public int width() {
    return width;
  }

  /**
   * Whether a weight can be stored so.
   *
   * @return true for the floating-point types
   */
  public boolean floating() {
    return floating;
  }
}
