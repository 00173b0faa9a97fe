package io.fourierft.engine;

import java.nio.FloatBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The passes in Java, for single precision in host memory: one trip over each matrix where stock
 * operations make up to twenty, in pieces that stay in the first-level cache.
 */
final class HostPasses implements Passes {
  private static final int BLOCK = 2048;

  private final Passes stock;

  HostPasses(Passes stock) {
    this.stock = stock;
  }

  @Override
  public void setRows(INDArray y, INDArray row) {
    if (!HostRows.fits(y)) {
      stock.setRows(y, row);
      return;
    }
    int width = (int) y.size(1);
    FloatBuffer buffer = HostRows.buffer(y);
    float[] cells = HostRows.floats(row);
    HostRows.run(
        y.size(0),
        width,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            buffer.put(i * width, cells);
          }
        });
  }

  @Override
  public void addRow(INDArray x, INDArray row, INDArray y) {
    if (!HostRows.fits(x) || !HostRows.fits(y)) {
      stock.addRow(x, row, y);
      return;
    }
    int width = (int) x.size(1);
    FloatBuffer in = HostRows.buffer(x);
    FloatBuffer out = HostRows.buffer(y);
    float[] added = HostRows.floats(row);
    HostRows.run(
        x.size(0),
        width,
        (from, to) -> {
          float[] cells = new float[width];
          for (int i = from; i < to; i++) {
            in.get(i * width, cells);
            for (int j = 0; j < width; j++) {
              cells[j] += added[j];
            }
            out.put(i * width, cells);
          }
        });
  }

  @Override
  public void activate(Activation activation, INDArray x) {
    if (!covers(activation) || !HostRows.fits(x)) {
      stock.activate(activation, x);
      return;
    }
    FloatBuffer buffer = HostRows.buffer(x);
    inBlocks(
        x.length(),
        (block, at, n) -> {
          buffer.get(at, block.x, 0, n);
          block.value(activation, n);
          buffer.put(at, block.y, 0, n);
        });
  }

  @Override
  public void activate(Activation activation, INDArray x, INDArray y, INDArray slope) {
    if (!covers(activation) || !HostRows.fits(x)) {
      stock.activate(activation, x, y, slope);
      return;
    }
    FloatBuffer in = HostRows.buffer(x);
    FloatBuffer out = HostRows.buffer(y);
    FloatBuffer slopes = HostRows.buffer(slope);
    inBlocks(
        x.length(),
        (block, at, n) -> {
          in.get(at, block.x, 0, n);
          block.apply(activation, n);
          out.put(at, block.y, 0, n);
          slopes.put(at, block.slope, 0, n);
        });
  }

  private static boolean covers(Activation activation) {
    return activation == Activation.GELU
        || activation == Activation.GELU_TANH
        || activation == Activation.SILU;
  }

  private interface BlockTask {
    void run(Block block, int at, int n);
  }

  private static void inBlocks(long length, BlockTask task) {
    int blocks = (int) ((length + BLOCK - 1) / BLOCK);
    HostRows.run(
        blocks,
        BLOCK,
        (from, to) -> {
          Block block = new Block();
          for (int i = from; i < to; i++) {
            int at = i * BLOCK;
            task.run(block, at, (int) Math.min(BLOCK, length - at));
          }
        });
  }

  /** Input and results of a piece of an activation. */
  private static final class Block {
    final float[] x = new float[BLOCK];
    final float[] y = new float[BLOCK];
    final float[] slope = new float[BLOCK];
    final HostMath.Scratch room = new HostMath.Scratch(BLOCK);

    void value(Activation activation, int n) {
      if (activation == Activation.GELU) {
        HostMath.gelu(x, y, room, n);
      } else {
        apply(activation, n);
      }
    }

    void apply(Activation activation, int n) {
      switch (activation) {
        case GELU -> HostMath.gelu(x, y, slope, room, n);
        case GELU_TANH -> HostMath.geluTanh(x, y, slope, room, n);
        default -> HostMath.silu(x, y, slope, room, n);
      }
    }
  }

  @Override
  public void softmax(INDArray x) {
    if (!HostRows.fits(x)) {
      stock.softmax(x);
      return;
    }
    int width = (int) x.size(1);
    int together = Math.max(1, BLOCK / width); // rows in a block
    FloatBuffer buffer = HostRows.buffer(x);
    HostRows.run(
        x.size(0),
        width,
        (from, to) -> {
          float[] cells = new float[Math.min(to - from, together) * width];
          HostMath.Scratch room = new HostMath.Scratch(cells.length);
          for (int i = from; i < to; i += together) {
            int n = Math.min(together, to - i) * width;
            buffer.get(i * width, cells, 0, n);
            softmax(cells, room, n, width);
            buffer.put(i * width, cells, 0, n);
          }
        });
  }

  private static void softmax(float[] x, HostMath.Scratch room, int n, int width) {
    for (int row = 0; row < n; row += width) {
      float highest = HostMath.max(x, row, width);
      for (int j = row; j < row + width; j++) {
        x[j] -= highest;
      }
    }
    HostMath.exp(x, room.bits, room.a, n);
    for (int row = 0; row < n; row += width) {
      float share = 1 / HostMath.sum(x, row, width);
      for (int j = row; j < row + width; j++) {
        x[j] *= share;
      }
    }
  }

  @Override
  public void softmaxBackward(INDArray p, INDArray dp) {
    if (!HostRows.fits(p) || !HostRows.fits(dp)) {
      stock.softmaxBackward(p, dp);
      return;
    }
    int width = (int) p.size(1);
    FloatBuffer probabilities = HostRows.buffer(p);
    FloatBuffer gradients = HostRows.buffer(dp);
    HostRows.run(
        p.size(0),
        width,
        (from, to) -> {
          float[] weight = new float[width];
          float[] gradient = new float[width];
          float[] product = new float[width];
          for (int i = from; i < to; i++) {
            probabilities.get(i * width, weight);
            gradients.get(i * width, gradient);
            for (int j = 0; j < width; j++) {
              product[j] = weight[j] * gradient[j];
            }
            float sum = HostMath.sum(product, 0, width);
            for (int j = 0; j < width; j++) {
              gradient[j] = weight[j] * (gradient[j] - sum);
            }
            gradients.put(i * width, gradient);
          }
        });
  }

  @Override
  public void layerNorm(INDArray x, INDArray gain, INDArray bias, double eps, INDArray y) {
    if (HostRows.fits(x)) {
      HostNorm.of(gain).forward(x, HostRows.floats(bias), eps, true, y);
    } else {
      stock.layerNorm(x, gain, bias, eps, y);
    }
  }

  @Override
  public void rmsNorm(INDArray x, INDArray gain, double eps, INDArray y) {
    if (HostRows.fits(x)) {
      HostNorm.of(gain).forward(x, none(gain), eps, false, y);
    } else {
      stock.rmsNorm(x, gain, eps, y);
    }
  }

  private static float[] none(INDArray gain) {
    return new float[(int) gain.length()];
  }

  @Override
  public void layerNorm(
      INDArray x,
      INDArray gain,
      INDArray bias,
      double eps,
      INDArray normal,
      INDArray scale,
      INDArray y) {
    if (HostRows.fits(x)) {
      HostNorm.of(gain).forward(x, HostRows.floats(bias), eps, true, normal, scale, y);
    } else {
      stock.layerNorm(x, gain, bias, eps, normal, scale, y);
    }
  }

  @Override
  public void rmsNorm(
      INDArray x, INDArray gain, double eps, INDArray normal, INDArray scale, INDArray y) {
    if (HostRows.fits(x)) {
      HostNorm.of(gain).forward(x, none(gain), eps, false, normal, scale, y);
    } else {
      stock.rmsNorm(x, gain, eps, normal, scale, y);
    }
  }

  @Override
  public void affine(INDArray normal, INDArray gain, INDArray bias, INDArray y) {
    if (HostRows.fits(normal)) {
      HostNorm.of(gain).affine(normal, HostRows.floats(bias), y);
    } else {
      stock.affine(normal, gain, bias, y);
    }
  }

  @Override
  public void layerNormBackward(
      INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx) {
    if (HostRows.fits(dy)) {
      HostNorm.of(gain).backward(dy, normal, scale, true, dx);
    } else {
      stock.layerNormBackward(dy, gain, normal, scale, dx);
    }
  }

  @Override
  public void rmsNormBackward(
      INDArray dy, INDArray gain, INDArray normal, INDArray scale, INDArray dx) {
    if (HostRows.fits(dy)) {
      HostNorm.of(gain).backward(dy, normal, scale, false, dx);
    } else {
      stock.rmsNormBackward(dy, gain, normal, scale, dx);
    }
  }
}
