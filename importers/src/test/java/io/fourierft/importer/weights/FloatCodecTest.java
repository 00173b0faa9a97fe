package io.fourierft.importer.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.safetensors.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FloatCodecTest {

  @Test
  void decodesEveryTypeFromWhereTheBufferStands() {
    ByteBuffer bytes = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putDouble(8, 0.1).putFloat(16, -0.5f).putShort(20, (short) 0x3f80);
    bytes.putShort(22, (short) 0xc000);
    float[] target = new float[2];
    FloatCodec.decode(bytes.position(8), DType.F64, target, 1);
    assertThat(target).containsExactly(0.1f, 0);
    FloatCodec.decode(bytes.position(16), DType.F32, target, 1);
    assertThat(target).containsExactly(-0.5f, 0);
    FloatCodec.decode(bytes.position(20), DType.BF16, target, 2);
    assertThat(target).containsExactly(1, -2);
    FloatCodec.decode(bytes.position(22), DType.F16, target, 1);
    assertThat(target).containsExactly(-2, -2);
  }

  @Test
  void widensEveryBfloat16NumberToTheBit() {
    int all = 1 << 16;
    ByteBuffer source = ByteBuffer.allocateDirect(2 * all + 2).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < all; i++) {
      source.putShort(2 + 2 * i, (short) i);
    }
    for (int count : new int[] {0, 1, 3, 4, 7, all - 1, all}) {
      ByteBuffer target = ByteBuffer.allocateDirect(4 * all + 4).order(ByteOrder.LITTLE_ENDIAN);
      target.position(4);
      FloatCodec.widenBfloat16(
          source.position(2), target, new long[all / 4], new long[all / 2], count);
      for (int i = 0; i < all; i++) {
        assertThat(target.getInt(4 + 4 * i)).isEqualTo(i < count ? i << 16 : 0);
      }
    }
  }
}
