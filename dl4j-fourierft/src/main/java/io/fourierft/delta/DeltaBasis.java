package io.fourierft.delta;

import io.fourierft.adapter.Basis;

/**
 * What the coefficients weight (paper, Section 4.5, "Basis Expressiveness"): with B1 over the rows
 * and B2 over the columns, {@code dW = s B1 F B2}, where F holds coefficient c_l at entry (j_l,
 * k_l). The element of an entry is an outer product, column j_l of B1 times row k_l of B2; the real
 * part of the Fourier basis is the sum of two.
 *
 * <p>The Fourier matrix of size d is sqrt(d) times a unitary one. The other bases are scaled alike,
 * so that one scaling means changes of one size whatever the basis.
 */
public sealed interface DeltaBasis permits FourierBasis, NormalBasis, OrthogonalBasis {

  /** One of the two factors of an element. */
  enum Side {
    /** Columns of B1, over the rows of the matrix. */
    ROWS,
    /** Rows of B2, over the columns of the matrix. */
    COLUMNS
  }

  /**
   * The basis that an adapter names.
   *
   * @param basis its kind
   * @param seed of the random bases
   * @return the basis
   */
  static DeltaBasis of(Basis basis, long seed) {
    return switch (basis) {
      case FOURIER -> new FourierBasis();
      case RANDOM -> new NormalBasis(seed);
      case ORTHOGONAL -> new OrthogonalBasis(seed);
    };
  }

  /**
   * How many outer products make an element.
   *
   * @return 2 for the Fourier basis, otherwise 1
   */
  int terms();

  /**
   * Vectors of the basis.
   *
   * @param side which factor
   * @param term which outer product, from 0
   * @param length length of a vector, the size of that side of the matrix
   * @param indices which vectors, ascending, each below {@code length}
   * @return the vectors, in the order of the indices
   */
  double[][] vectors(Side side, int term, int length, int[] indices);
}
