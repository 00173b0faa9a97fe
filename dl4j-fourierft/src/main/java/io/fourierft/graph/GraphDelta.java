package io.fourierft.graph;

import io.fourierft.spectral.Entries;
import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The weight change as operations of a graph: {@code dW[p,q] = s sum_l c_l cos(2 pi (p j_l / rows +
 * q k_l / cols))} (Gao et al., 2024, Eq. 2 to 4 with the normalisation of their Algorithm 1), as
 * two matrix products of inner size n over {@link GraphWaves}, in the layout in which the graph
 * stores the weight. The products are {@code xw_plus_b}, whose gradient leaves out what is
 * constant; {@code matmul}'s computes the gradient of the waves too, which nobody needs.
 */
final class GraphDelta {
  private final SameDiff graph;
  private final GraphWaves waves;

  GraphDelta(SameDiff graph, DataType type) {
    this.graph = graph;
    this.waves = new GraphWaves(graph, type);
  }

  /** The change of a whole weight, in its stored shape. */
  SDVariable of(SDVariable coefficients, double factor, Entries entries, GraphWeight weight) {
    Storage storage = weight.storage();
    boolean rowsDown = storage != Storage.IN_OUT;
    GraphWaves.Waves down = waves.over(entries, rowsDown, GraphWaves.Positions.DOWN);
    SDVariable matrix = product(down, coefficients.mul(factor), entries, !rowsDown);
    if (storage.matrix()) {
      return matrix;
    }
    long[] stored = graph.getVariable(weight.variable()).getArr().shape();
    SDVariable unfolded = graph.reshape(matrix, storage.unfolded(stored));
    int[] order = storage.order();
    boolean asIs = Arrays.equals(order, new int[] {0, 1, 2, 3});
    return asIs ? unfolded : graph.permute(unfolded, order[0], order[1], order[2], order[3]);
  }

  /** The change of some rows of a table, {@code [tokens, width]}. */
  SDVariable rows(
      SDVariable indices,
      SDVariable coefficients,
      double factor,
      Entries entries,
      Storage storage) {
    boolean rowsDown = storage != Storage.IN_OUT;
    GraphWaves.Waves down = waves.at(indices, entries, rowsDown);
    return product(down, coefficients.mul(factor), entries, !rowsDown);
  }

  private SDVariable product(
      GraphWaves.Waves down, SDVariable scaled, Entries entries, boolean rowsAcross) {
    GraphWaves.Waves across = waves.over(entries, rowsAcross, GraphWaves.Positions.ACROSS);
    SDVariable zero = waves.zero(rowsAcross ? entries.rows() : entries.cols());
    SDVariable even = graph.nn().linear(down.cosine().mul(scaled), across.cosine(), zero);
    SDVariable odd = graph.nn().linear(down.sine().mul(scaled), across.sine(), zero);
    return even.sub(odd);
  }
}
