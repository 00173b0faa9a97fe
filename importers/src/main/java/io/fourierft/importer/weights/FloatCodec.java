package io.fourierft.importer.weights;

import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.HalfFloats;
import java.nio.ByteBuffer;

/**
 * Turns stored little-endian numbers into floats. Doubles are rounded to the nearest float; halves
 * and bfloat16 numbers are exactly representable.
 */
final class FloatCodec {
  private FloatCodec() {}

  /**
   * Decodes as many numbers as {@code target} is asked to take.
   *
   * @param source little-endian numbers, positioned at the first one
   * @param type how they are stored
   * @param target where the floats go
   * @param count how many
   */
  static void decode(ByteBuffer source, DType type, float[] target, int count) {
    switch (type) {
      case F32 -> source.asFloatBuffer().get(target, 0, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          target[i] = (float) source.getDouble(source.position() + 8 * i);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfFloats.fromFloat16(source.getShort(source.position() + 2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          target[i] = HalfFloats.fromBfloat16(source.getShort(source.position() + 2 * i));
        }
      }
      default ->
          throw new IllegalArgumentException(
              "element type expected a floating-point one but found " + type);
    }
  }
}
