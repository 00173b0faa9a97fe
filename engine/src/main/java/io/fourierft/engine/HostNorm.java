package io.fourierft.engine;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer norm and RMS norm, forward and backward, a row at a time. */
final class HostNorm {
  private final int width;
  private final float[] gain;
  private final FloatBuffer normal; // xh, [rows, width]
  private final FloatBuffer scale; // r, [rows]

  private HostNorm(float[] gain, FloatBuffer normal, FloatBuffer scale) {
    this.width = gain.length;
    this.gain = gain;
    this.normal = normal;
    this.scale = scale;
  }

  static HostNorm of(INDArray gain, INDArray normal, INDArray scale) {
    return new HostNorm(HostRows.floats(gain), HostRows.buffer(normal), HostRows.buffer(scale));
  }

  void forward(INDArray x, float[] bias, double eps, boolean centred, INDArray y) {
    FloatBuffer in = HostRows.buffer(x);
    FloatBuffer out = HostRows.buffer(y);
    HostRows.run(
        x.size(0),
        width,
        (from, to) -> {
          float[] row = new float[width];
          float[] square = new float[width];
          for (int i = from; i < to; i++) {
            in.get(i * width, row);
            if (centred) {
              subtract(row, HostMath.sum(row, 0, width) / width);
            }
            for (int j = 0; j < width; j++) {
              square[j] = row[j] * row[j];
            }
            float r = (float) (1 / Math.sqrt(HostMath.sum(square, 0, width) / width + eps));
            scale.put(i, r);
            for (int j = 0; j < width; j++) {
              row[j] *= r;
            }
            normal.put(i * width, row);
            for (int j = 0; j < width; j++) {
              row[j] = row[j] * gain[j] + bias[j];
            }
            out.put(i * width, row);
          }
        });
  }

  void backward(INDArray dy, boolean centred, INDArray dx) {
    FloatBuffer in = HostRows.buffer(dy);
    FloatBuffer out = HostRows.buffer(dx);
    HostRows.run(
        dy.size(0),
        width,
        (from, to) -> {
          float[] g = new float[width];
          float[] xh = new float[width];
          float[] product = new float[width];
          for (int i = from; i < to; i++) {
            in.get(i * width, g);
            normal.get(i * width, xh);
            for (int j = 0; j < width; j++) {
              g[j] *= gain[j];
              product[j] = g[j] * xh[j];
            }
            float along = HostMath.sum(product, 0, width) / width;
            if (centred) {
              subtract(g, HostMath.sum(g, 0, width) / width);
            }
            float r = scale.get(i);
            for (int j = 0; j < width; j++) {
              g[j] = r * (g[j] - xh[j] * along);
            }
            out.put(i * width, g);
          }
        });
  }

  private static void subtract(float[] x, float mean) {
    for (int j = 0; j < x.length; j++) {
      x[j] -= mean;
    }
  }
}
