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
}
