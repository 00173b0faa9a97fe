package io.fourierft.adapter;

import io.fourierft.safetensors.HalfFloats;
import java.nio.ByteBuffer;

/** How numbers are stored in an adapter file, little-endian. */
public enum StorageType {
  /** IEEE 754 binary32: exact. */
  F32(4),
  /** IEEE 754 binary16: 11 bits of precision, magnitudes up to 65,504. */
  F16(2),
  /** bfloat16: 8 bits of precision, the range of binary32. */
  BF16(2);

  private final int bytes;

  StorageType(int bytes) {
    this.bytes = bytes;
  }

  /**
   * Returns the size of one number.
   *
   * @return 4 or 2 bytes
   */
  public int bytes() {
    return bytes;
  }

  /** Appends the numbers to a little-endian buffer; refuses those that would become infinite. */
  void put(float[] values, ByteBuffer target, String where) {
    for (float value : values) {
      switch (this) {
        case F32 -> target.putFloat(value);
        case F16 -> target.putShort(fitting(value, HalfFloats.toFloat16(value), where));
        case BF16 -> target.putShort(fitting(value, HalfFloats.toBfloat16(value), where));
        default -> throw new IllegalStateException("number type " + this);
      }
    }
  }

  /** Takes numbers from a little-endian buffer. */
  float[] get(ByteBuffer source, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] =
          switch (this) {
            case F32 -> source.getFloat();
            case F16 -> HalfFloats.fromFloat16(source.getShort());
            case BF16 -> HalfFloats.fromBfloat16(source.getShort());
          };
    }
    return values;
  }

  private short fitting(float value, short half, String where) {
    int infinity = this == F16 ? 0x7c00 : 0x7f80;
    if ((half & 0x7fff) >= infinity) {
      throw new IllegalArgumentException(
          "number expected to fit " + this + " but found " + value + " (" + where + ")");
    }
    return half;
  }
}
