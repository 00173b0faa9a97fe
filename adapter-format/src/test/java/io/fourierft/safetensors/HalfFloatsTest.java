package io.fourierft.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfFloatsTest {
  @Test
  void all65536Float16NumbersWidenByTheirDefinition() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      double sign = bits >= 1 << 15 ? -1 : 1;
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      float value = HalfFloats.fromFloat16((short) bits);
      if (exponent == 31 && fraction != 0) {
        assertThat(value).isNaN();
      } else if (exponent == 31) {
        assertThat((double) value).isEqualTo(sign * Double.POSITIVE_INFINITY);
      } else {
        double scale = exponent == 0 ? 0x1p-24 : Math.scalb(1.0, exponent - 25);
        double magnitude = (exponent == 0 ? fraction : 1024 + fraction) * scale;
        assertThat(Double.compare(value, sign * magnitude)).as("bits %x", bits).isZero();
      }
    }
  }

  @Test
  void all65536NumbersOfBothTypesNarrowBackToThemselves() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float half = HalfFloats.fromFloat16((short) bits);
      float brain = HalfFloats.fromBfloat16((short) bits);
      if (Float.isNaN(half)) {
        assertThat(HalfFloats.fromFloat16(HalfFloats.toFloat16(half))).isNaN();
      } else {
        assertThat(HalfFloats.toFloat16(half)).as("bits %x", bits).isEqualTo((short) bits);
      }
      if (Float.isNaN(brain)) {
        assertThat(HalfFloats.fromBfloat16(HalfFloats.toBfloat16(brain))).isNaN();
      } else {
        assertThat(HalfFloats.toBfloat16(brain)).as("bits %x", bits).isEqualTo((short) bits);
      }
    }
  }

  @Test
  void numbersBetweenNeighboursGoToTheNearerAndTiesToEven() {
    for (int bits = 0; bits < 0x7bff; bits++) {
      float low = HalfFloats.fromFloat16((short) bits);
      float high = HalfFloats.fromFloat16((short) (bits + 1));
      checkNarrowing(low, high, bits, HalfFloats::toFloat16);
    }
    for (int bits = 0x80; bits < 0x7f7f; bits++) {
      float low = HalfFloats.fromBfloat16((short) bits);
      float high = HalfFloats.fromBfloat16((short) (bits + 1));
      checkNarrowing(low, high, bits, HalfFloats::toBfloat16);
    }
  }

  private interface Narrowing {
    short of(float value);
  }

  private static void checkNarrowing(float low, float high, int bits, Narrowing narrowing) {
    float middle = (float) (((double) low + high) / 2);
    int even = bits % 2 == 0 ? bits : bits + 1;
    assertThat((int) narrowing.of(middle)).as("middle of %x", bits).isEqualTo(even);
    assertThat((int) narrowing.of(Math.nextDown(middle))).as("below %x", bits).isEqualTo(bits);
    assertThat((int) narrowing.of(Math.nextUp(middle))).as("above %x", bits).isEqualTo(bits + 1);
    assertThat(narrowing.of(-middle)).isEqualTo((short) (even | 0x8000));
  }

  @Test
  void tooLargeNumbersBecomeInfinite() {
    assertThat(HalfFloats.toFloat16(65519.996f)).isEqualTo((short) 0x7bff);
    assertThat(HalfFloats.toFloat16(65520f)).isEqualTo((short) 0x7c00);
    assertThat(HalfFloats.toFloat16(Float.NEGATIVE_INFINITY)).isEqualTo((short) 0xfc00);
    assertThat(HalfFloats.toBfloat16(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
  }
}
