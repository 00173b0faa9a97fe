package io.fourierft.lora;

/** A weight change as {@code dW = R X C^T}, with orthonormal columns of R and C. */
interface FactoredForm {
  /** X. */
  SparseMatrix matrix();

  /** Returns {@code R u}, {@code [rows]}. */
  double[] rowVector(double[] u);

  /** Returns {@code C v}, {@code [cols]}. */
  double[] columnVector(double[] v);

  /** A weight change of which nothing is known: X is dW itself. */
  record Dense(SparseMatrix matrix) implements FactoredForm {
    static Dense of(int rows, int cols, float[] delta) {
      int[] row = new int[delta.length];
      int[] col = new int[delta.length];
      double[] value = new double[delta.length];
      for (int i = 0; i < delta.length; i++) {
        row[i] = i / cols;
        col[i] = i % cols;
        value[i] = delta[i];
      }
      return new Dense(new SparseMatrix(rows, cols, row, col, value));
    }

    @Override
    public double[] rowVector(double[] u) {
      return u;
    }

    @Override
    public double[] columnVector(double[] v) {
      return v;
    }
  }
}
