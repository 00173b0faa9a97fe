package io.fourierft.importer.vit;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A position table stretched to another grid of patches: the class token's row stays, the others
 * are interpolated by cubic convolution (Keys, 1981) with {@code a = -0.75} over pixel centres,
 * borders repeated, as PyTorch's {@code interpolate(mode="bicubic", align_corners=False)} does.
 */
final class PositionTable {
  private static final double A = -0.75;

  private PositionTable() {}

  /** Each target place's four source places and their weights. */
  private record Taps(int[][] places, double[][] weights) {}

  /**
   * Interpolates a table.
   *
   * @param table {@code [1, 1 + fromHeight * fromWidth, width]}
   * @return {@code [1, 1 + toHeight * toWidth, width]}; the caller closes it
   */
  static INDArray resize(INDArray table, int fromHeight, int fromWidth, int toHeight, int toWidth) {
    int width = (int) table.size(2);
    float[] source = table.data().getFloatsAt(0, (int) table.length());
    float[] target = new float[Math.multiplyExact(1 + toHeight * toWidth, width)];
    System.arraycopy(source, 0, target, 0, width);
    Taps rows = taps(fromHeight, toHeight);
    Taps columns = taps(fromWidth, toWidth);
    for (int y = 0; y < toHeight; y++) {
      for (int x = 0; x < toWidth; x++) {
        int to = (1 + y * toWidth + x) * width;
        for (int i = 0; i < 4; i++) {
          for (int j = 0; j < 4; j++) {
            int from = (1 + rows.places()[y][i] * fromWidth + columns.places()[x][j]) * width;
            double weight = rows.weights()[y][i] * columns.weights()[x][j];
            for (int c = 0; c < width; c++) {
              target[to + c] += (float) (weight * source[from + c]);
            }
          }
        }
      }
    }
    return Nd4j.create(target, new long[] {1, 1 + (long) toHeight * toWidth, width}, 'c');
  }

  private static Taps taps(int from, int to) {
    int[][] places = new int[to][4];
    double[][] weights = new double[to][4];
    for (int target = 0; target < to; target++) {
      double centre = (target + 0.5) * from / to - 0.5;
      int first = (int) Math.floor(centre) - 1;
      for (int i = 0; i < 4; i++) {
        places[target][i] = Math.min(Math.max(first + i, 0), from - 1);
        weights[target][i] = kernel(Math.abs(centre - first - i));
      }
    }
    return new Taps(places, weights);
  }

  private static double kernel(double distance) {
    return distance <= 1
        ? ((A + 2) * distance - (A + 3)) * distance * distance + 1
        : ((A * distance - 5 * A) * distance + 8 * A) * distance - 4 * A;
  }
}
