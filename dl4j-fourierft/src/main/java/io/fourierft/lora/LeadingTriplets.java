package io.fourierft.lora;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The largest singular values of a sparse matrix X with their vectors, by subspace iteration with
 * Rayleigh-Ritz steps and Chebyshev polynomials of X^T X in between (Saad, Numerical Methods for
 * Large Eigenvalue Problems, section 5.3). The block is wider than the rank, and where it spans a
 * whole side of X the result is exact at once.
 *
 * <p>The iteration ends when the sum of the squared values no longer grows. Whatever the vectors,
 * {@code |X - U U^T X|^2 = |X|^2 - |U^T X|^2}, so the part that is lost is known even where the
 * best vectors are not: {@link #squares()} never claims more than was caught.
 */
record LeadingTriplets(double[] values, double[][] left, double[][] right) {
  private static final long SEED = 20240505;
  private static final int SPARE = 12;
  private static final int MOST_ROUNDS = 300;
  private static final double GROWTH = 1e-13;

  /** How far one round may pull the largest value ahead of the smallest: some digits must stay. */
  private static final double MOST_PULL = 1e7;

  /** Finds as many triplets as asked for, or as many as X has rows or columns. */
  static LeadingTriplets of(SparseMatrix matrix, int rank) {
    int widest = Math.min(matrix.rows(), matrix.cols());
    int wanted = Math.min(rank, widest);
    int width = Math.min(2 * wanted + SPARE, widest);
    SplittableRandom random = new SplittableRandom(SEED);
    double[][] right = new double[width][];
    Arrays.setAll(right, i -> normal(random, matrix.cols()));
    LeadingTriplets last = ritz(matrix, orthonormal(right, random), random);
    for (int round = 0; round < MOST_ROUNDS && width < widest; round++) {
      LeadingTriplets next = ritz(matrix, orthonormal(filtered(matrix, last), random), random);
      double before = last.squares(wanted);
      last = next;
      if (next.squares(wanted) - before <= GROWTH * before) {
        break;
      }
    }
    return last.first(wanted);
  }

  /** Sum of the squares of the values. */
  double squares() {
    return squares(values.length);
  }

  private double squares(int count) {
    return Arrays.stream(values).limit(count).map(value -> value * value).sum();
  }

  private LeadingTriplets first(int count) {
    return new LeadingTriplets(
        Arrays.copyOf(values, count), Arrays.copyOf(left, count), Arrays.copyOf(right, count));
  }

  /**
   * Applies the Chebyshev polynomial of X^T X that stays within 1 up to the square of the smallest
   * value of the block and grows fastest above.
   */
  private static double[][] filtered(SparseMatrix x, LeadingTriplets block) {
    double least = block.values[block.values.length - 1];
    double half = least * least / 2;
    if (half <= 0) {
      return timesTransposed(x, times(x, block.right));
    }
    double ratio = block.values[0] * block.values[0] / half - 1;
    int degree = (int) Math.max(1, Math.min(40, arcosh(MOST_PULL) / arcosh(ratio)));
    double[][] before = block.right;
    double[][] now = shifted(x, before, half);
    for (int i = 1; i < degree; i++) {
      double[][] next = shifted(x, now, half);
      for (int j = 0; j < next.length; j++) {
        for (int p = 0; p < next[j].length; p++) {
          next[j][p] = 2 * next[j][p] - before[j][p];
        }
      }
      before = now;
      now = next;
    }
    return now;
  }

  /** Returns {@code (X^T X / half - 1) v} for each vector. */
  private static double[][] shifted(SparseMatrix x, double[][] v, double half) {
    double[][] product = timesTransposed(x, times(x, v));
    for (int j = 0; j < product.length; j++) {
      for (int p = 0; p < product[j].length; p++) {
        product[j][p] = product[j][p] / half - v[j][p];
      }
    }
    return product;
  }

  private static double arcosh(double x) {
    return Math.log(x + Math.sqrt(Math.max(x * x - 1, 1e-6)));
  }

  /** The singular triplets of X between the span of X V and all columns. */
  private static LeadingTriplets ritz(SparseMatrix x, double[][] v, SplittableRandom random) {
    double[][] u = orthonormal(times(x, v), random);
    double[][] w = timesTransposed(x, u); // rows of U^T X = L Q
    double[][] q = orthonormal(copy(w), random);
    int width = w.length;
    double[][] inner = new double[width][width];
    double[][] turn = new double[width][width];
    for (int i = 0; i < width; i++) {
      turn[i][i] = 1;
      for (int j = 0; j < width; j++) {
        inner[i][j] = dot(w[i], q[j]);
      }
    }
    orthogonalise(inner, turn);
    double[] values = new double[width];
    Arrays.setAll(values, i -> Math.sqrt(dot(inner[i], inner[i])));
    int[] order =
        IntStream.range(0, width)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double[] sorted = new double[width];
    double[][] left = new double[width][];
    double[][] right = new double[width][];
    for (int i = 0; i < width; i++) {
      double[] direction = inner[order[i]];
      sorted[i] = values[order[i]];
      scale(direction, sorted[i] > 0 ? 1 / sorted[i] : 0);
      left[i] = combined(u, turn[order[i]]);
      right[i] = combined(q, direction);
    }
    return new LeadingTriplets(sorted, left, orthonormal(right, random));
  }

  /** One-sided Jacobi: turns the rows of w until they are orthogonal, and the turns with them. */
  private static void orthogonalise(double[][] w, double[][] turn) {
    boolean turned = true;
    for (int sweep = 0; sweep < 60 && turned; sweep++) {
      turned = false;
      for (int i = 0; i < w.length; i++) {
        for (int j = i + 1; j < w.length; j++) {
          double a = dot(w[i], w[i]);
          double b = dot(w[j], w[j]);
          double c = dot(w[i], w[j]);
          if (Math.abs(c) > 1e-14 * Math.sqrt(a * b)) {
            turned = true;
            double zeta = (b - a) / (2 * c);
            double tangent = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.hypot(1, zeta));
            double cosine = 1 / Math.hypot(1, tangent);
            rotate(w[i], w[j], cosine, cosine * tangent);
            rotate(turn[i], turn[j], cosine, cosine * tangent);
          }
        }
      }
    }
  }

  private static void rotate(double[] a, double[] b, double cosine, double sine) {
    for (int i = 0; i < a.length; i++) {
      double first = a[i];
      a[i] = cosine * first - sine * b[i];
      b[i] = sine * first + cosine * b[i];
    }
  }

  /** Gram-Schmidt, twice; a vector that vanishes is replaced by a random one. */
  private static double[][] orthonormal(double[][] vectors, SplittableRandom random) {
    for (int i = 0; i < vectors.length; i++) {
      double[] vector = vectors[i];
      while (!normalised(vector, vectors, i)) {
        vector = normal(random, vector.length);
        vectors[i] = vector;
      }
    }
    return vectors;
  }

  private static boolean normalised(double[] vector, double[][] before, int count) {
    double start = Math.sqrt(dot(vector, vector));
    for (int pass = 0; pass < 2; pass++) {
      for (int j = 0; j < count; j++) {
        double overlap = dot(before[j], vector);
        for (int p = 0; p < vector.length; p++) {
          vector[p] -= overlap * before[j][p];
        }
      }
    }
    double norm = Math.sqrt(dot(vector, vector));
    boolean independent = norm > 1e-12 * start && norm > 0;
    scale(vector, independent ? 1 / norm : 0);
    return independent;
  }

  private static double[][] times(SparseMatrix x, double[][] v) {
    double[][] product = new double[v.length][];
    Arrays.setAll(product, i -> x.times(v[i]));
    return product;
  }

  private static double[][] timesTransposed(SparseMatrix x, double[][] u) {
    double[][] product = new double[u.length][];
    Arrays.setAll(product, i -> x.transposedTimes(u[i]));
    return product;
  }

  private static double[][] copy(double[][] vectors) {
    double[][] copy = new double[vectors.length][];
    Arrays.setAll(copy, i -> vectors[i].clone());
    return copy;
  }

  private static double[] combined(double[][] vectors, double[] weights) {
    double[] sum = new double[vectors[0].length];
    for (int i = 0; i < weights.length; i++) {
      for (int p = 0; p < sum.length; p++) {
        sum[p] += weights[i] * vectors[i][p];
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void scale(double[] vector, double factor) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  private static double[] normal(SplittableRandom random, int length) {
    double[] vector = new double[length];
    Arrays.setAll(vector, i -> random.nextGaussian());
    return vector;
  }
}
