package io.fourierft.engine;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Layer norm and RMS norm, forward and backward, a row at a time. */
final class HostNorm {
  private final int width;
  private final float[] gain;

  /** Takes what the backward pass needs of a row: xh and r. */
  private interface Keeper {
    void keep(int row, float[] normal, float scale);
  }

  private HostNorm(float[] gain) {
    this.width = gain.length;
    this.gain = gain;
  }

  static HostNorm of(INDArray gain) {
    return new HostNorm(HostRows.floats(gain));
  }

  /** Forward pass that keeps nothing; y may be x. */
  void forward(INDArray x, float[] bias, double eps, boolean centred, INDArray y) {
    forward(x, bias, eps, centred, y, (row, normal, scale) -> {});
  }

  /**
   * Forward pass that keeps xh in {@code normal}, [rows, width], and r in {@code scale}, [rows].
   */
  void forward(
      INDArray x,
      float[] bias,
      double eps,
      boolean centred,
      INDArray normal,
      INDArray scale,
      INDArray y) {
    FloatBuffer normals = HostRows.buffer(normal);
    FloatBuffer scales = HostRows.buffer(scale);
    forward(
        x,
        bias,
        eps,
        centred,
        y,
        (row, xh, r) -> {
          normals.put(row * width, xh);
          scales.put(row, r);
        });
  }

  private void forward(
      INDArray x, float[] bias, double eps, boolean centred, INDArray y, Keeper keeper) {
    FloatBuffer in = HostRows.buffer(x);
    FloatBuffer out = HostRows.buffer(y);
    HostRows.run(
        x.size(0),
        width,
        (from, to) -> {
          float[] row = new float[width];
          float[] room = new float[width];
          for (int i = from; i < to; i++) {
            in.get(i * width, row);
            if (centred) {
              System.arraycopy(row, 0, room, 0, width);
              subtract(row, HostMath.sum(room) / width);
            }
            for (int j = 0; j < width; j++) {
              room[j] = row[j] * row[j];
            }
            float r = (float) (1 / Math.sqrt(HostMath.sum(room) / width + eps));
            for (int j = 0; j < width; j++) {
              row[j] *= r;
            }
            keeper.keep(i, row, r);
            affine(row, bias);
            out.put(i * width, row);
          }
        });
  }

  /** The forward pass from xh on: {@code y = xh gain + bias}. */
  void affine(INDArray normal, float[] bias, INDArray y) {
    FloatBuffer in = HostRows.buffer(normal);
    FloatBuffer out = HostRows.buffer(y);
    HostRows.run(
        normal.size(0),
        width,
        (from, to) -> {
          float[] row = new float[width];
          for (int i = from; i < to; i++) {
            in.get(i * width, row);
            affine(row, bias);
            out.put(i * width, row);
          }
        });
  }

  private void affine(float[] row, float[] bias) {
    for (int j = 0; j < row.length; j++) {
      row[j] = row[j] * gain[j] + bias[j];
    }
  }

  void backward(INDArray dy, INDArray normal, INDArray scale, boolean centred, INDArray dx) {
    FloatBuffer normals = HostRows.buffer(normal);
    FloatBuffer scales = HostRows.buffer(scale);
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
            normals.get(i * width, xh);
            for (int j = 0; j < width; j++) {
              g[j] *= gain[j];
              product[j] = g[j] * xh[j];
            }
            float along = HostMath.sum(product) / width;
            if (centred) {
              System.arraycopy(g, 0, product, 0, width);
              subtract(g, HostMath.sum(product) / width);
            }
            float r = scales.get(i);
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
