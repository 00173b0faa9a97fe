package io.fourierft.importer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FloatCodecTest {

  @Test
  void decodesAllHalvesByTheirDefinition() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude =
          switch (exponent) {
            case 0 -> fraction * Math.pow(2, -24);
            case 31 -> fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            default -> (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
          };
      float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
      float actual = FloatCodec.half((short) bits);
      if (Float.isNaN(expected)) {
        assertThat(actual).as("bits %04x", bits).isNaN();
      } else { // tells -0 from 0
        assertThat(Float.floatToIntBits(actual))
            .as("bits %04x", bits)
            .isEqualTo(Float.floatToIntBits(expected));
      }
    }
  }

  @Test
  void decodesEveryTypeFromWhereTheBufferStands() {
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(8, 0.1).putFloat(16, -0.5f).putShort(20, (short) 0x3f80);
    float[] target = new float[2];
    FloatCodec.decode(bytes.position(8), ElementType.F64, target, 1);
    assertThat(target).containsExactly(0.1f, 0);
    FloatCodec.decode(bytes.position(16), ElementType.F32, target, 1);
    assertThat(target).containsExactly(-0.5f, 0);
    FloatCodec.decode(bytes.position(20), ElementType.BF16, target, 1);
    assertThat(target).containsExactly(1, 0);
  }
}
