package io.fourierft.graph;

import io.fourierft.spectral.Entries;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Cosines and sines of entries over the positions of one side of a weight, computed by the graph
 * when it runs: what is kept is one number for each entry and about {@code 2 sqrt(d)} positions.
 *
 * <p>A position p = s a + b is split into a coarse and a fine part, and {@code cos(x + y) = cos x
 * cos y - sin x sin y} joins them, so that the functions themselves are taken only of {@code 2
 * sqrt(d)} numbers per entry. The product of position and frequency is reduced exactly modulo d, in
 * double precision, before it becomes an angle.
 */
final class GraphWaves {
  /**
   * Cosine and sine of {@code 2 pi p f_l / d}.
   *
   * @param cosine {@code [d, n]} or {@code [n, d]}
   * @param sine of the same shape
   */
  record Waves(SDVariable cosine, SDVariable sine) {}

  /** Along which axis the positions run. */
  enum Positions {
    /** {@code [d, n]}. */
    DOWN,
    /** {@code [n, d]}. */
    ACROSS
  }

  private record Key(Entries entries, boolean rows, Positions positions) {}

  private final SameDiff graph;
  private final DataType type;
  private final Map<Key, Waves> known = new HashMap<>();
  private final Map<Long, SDVariable> zeros = new HashMap<>();

  GraphWaves(SameDiff graph, DataType type) {
    this.graph = graph;
    this.type = type;
  }

  /** Waves over all positions of one side; shared by the layers with these entries. */
  Waves over(Entries entries, boolean rows, Positions positions) {
    return known.computeIfAbsent(new Key(entries, rows, positions), this::make);
  }

  private Waves make(Key key) {
    int length = key.rows() ? key.entries().rows() : key.entries().cols();
    int fine = fine(length);
    int coarse = (length + fine - 1) / fine;
    int n = key.entries().size();
    boolean down = key.positions() == Positions.DOWN;
    SDVariable frequency = down ? frequencies(key, 1, 1, n) : frequencies(key, n, 1, 1);
    SDVariable steps = down ? steps(fine, coarse, 1, 1) : steps(fine, 1, coarse, 1);
    SDVariable ones = down ? steps(1, 1, fine, 1) : steps(1, 1, 1, fine);
    Waves far = waves(steps.mul(frequency), length);
    Waves near = waves(ones.mul(frequency), length);
    SDVariable cosine = far.cosine().mul(near.cosine()).sub(far.sine().mul(near.sine()));
    SDVariable sine = far.sine().mul(near.cosine()).add(far.cosine().mul(near.sine()));
    return new Waves(
        flat(cosine, coarse * fine, length, n, down), flat(sine, coarse * fine, length, n, down));
  }

  private SDVariable flat(SDVariable x, int padded, int length, int n, boolean down) {
    SDVariable flat = down ? graph.reshape(x, padded, n) : graph.reshape(x, n, padded);
    if (padded == length) {
      return flat;
    }
    SDIndex part = SDIndex.interval(0, length);
    return down ? flat.get(part, SDIndex.all()) : flat.get(SDIndex.all(), part);
  }

  /** A divisor of the length near its root, so that nothing is cut off, or else the root. */
  private static int fine(int length) {
    int root = (int) Math.ceil(Math.sqrt(length));
    for (int step = root; step <= 2 * root; step++) {
      if (length % step == 0) {
        return step;
      }
    }
    return root;
  }

  /** Waves at positions that the graph computes. */
  Waves at(SDVariable positions, Entries entries, boolean rows) {
    int length = rows ? entries.rows() : entries.cols();
    SDVariable column = graph.reshape(positions, -1, 1).castTo(DataType.DOUBLE); // [tokens, 1]
    SDVariable frequency = frequencies(new Key(entries, rows, Positions.DOWN), 1, entries.size());
    return waves(column.mul(frequency), length); // [tokens, n]
  }

  private Waves waves(SDVariable product, int length) {
    SDVariable turns = graph.math().floor(product.mul(1.0 / length));
    SDVariable angle = product.sub(turns.mul(length)).mul(2 * Math.PI / length);
    return new Waves(typed(graph.math().cos(angle)), typed(graph.math().sin(angle)));
  }

  private SDVariable typed(SDVariable x) {
    return type == DataType.DOUBLE ? x : x.castTo(type);
  }

  private SDVariable frequencies(Key key, long... shape) {
    double[] values = new double[key.entries().size()];
    Arrays.setAll(values, l -> key.rows() ? key.entries().row(l) : key.entries().column(l));
    return constant(Nd4j.createFromArray(values).reshape(shape));
  }

  private SDVariable steps(int step, long... shape) {
    int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] values = new double[count];
    Arrays.setAll(values, i -> (double) i * step);
    return constant(Nd4j.createFromArray(values).reshape(shape));
  }

  /** A bias that adds nothing. */
  SDVariable zero(long length) {
    return zeros.computeIfAbsent(length, key -> constant(Nd4j.zeros(type, key)));
  }

  private SDVariable constant(INDArray array) {
    return graph.constant(array);
  }
}
