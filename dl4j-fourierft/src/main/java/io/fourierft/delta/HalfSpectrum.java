package io.fourierft.delta;

import io.fourierft.spectral.Entries;
import java.util.Arrays;

/**
 * Where the entries and their mirror images stand in the upper half of the spectrum, panel by
 * panel: row j of the spectrum is column {@code j % width} of panel {@code j / width}.
 */
final class HalfSpectrum {
  private final int size;
  private final int[][] scatterEntry;
  private final int[][] scatterCell;
  private final int[][] gatherEntry;
  private final int[][] gatherCell;

  private HalfSpectrum(int size, int panels) {
    this.size = size;
    this.scatterEntry = new int[panels][];
    this.scatterCell = new int[panels][];
    this.gatherEntry = new int[panels][];
    this.gatherCell = new int[panels][];
  }

  static HalfSpectrum of(Entries entries, int width) {
    int half = entries.rows() / 2 + 1;
    HalfSpectrum spectrum = new HalfSpectrum(entries.size(), (half + width - 1) / width);
    int[] scattered = new int[spectrum.scatterEntry.length];
    int[] gathered = new int[scattered.length];
    for (int pass = 0; pass < 2; pass++) {
      boolean counting = pass == 0;
      Arrays.fill(scattered, 0);
      Arrays.fill(gathered, 0);
      for (int l = 0; l < entries.size(); l++) {
        int row = entries.row(l);
        int column = entries.column(l);
        int mirrorRow = (entries.rows() - row) % entries.rows();
        int mirrorColumn = (entries.cols() - column) % entries.cols();
        if (row < half) {
          spectrum.put(counting, true, scattered, l, row, column, width);
        }
        if (mirrorRow < half) {
          spectrum.put(counting, true, scattered, l, mirrorRow, mirrorColumn, width);
        }
        boolean upper = row < half;
        spectrum.put(
            counting,
            false,
            gathered,
            l,
            upper ? row : mirrorRow,
            upper ? column : mirrorColumn,
            width);
      }
      if (counting) {
        spectrum.allocate(scattered, gathered);
      }
    }
    return spectrum;
  }

  private void put(
      boolean counting, boolean scatter, int[] next, int entry, int row, int column, int width) {
    int panel = row / width;
    if (!counting) {
      (scatter ? scatterEntry : gatherEntry)[panel][next[panel]] = entry;
      (scatter ? scatterCell : gatherCell)[panel][next[panel]] = column * width + row % width;
    }
    next[panel]++;
  }

  private void allocate(int[] scattered, int[] gathered) {
    for (int panel = 0; panel < scattered.length; panel++) {
      scatterEntry[panel] = new int[scattered[panel]];
      scatterCell[panel] = new int[scattered[panel]];
      gatherEntry[panel] = new int[gathered[panel]];
      gatherCell[panel] = new int[gathered[panel]];
    }
  }

  /** Number of entries. */
  int size() {
    return size;
  }

  /** Puts half of each coefficient at its entry and half at the mirror image. */
  void scatter(int panel, double[] coefficients, double share, Panel cells) {
    int[] entry = scatterEntry[panel];
    int[] cell = scatterCell[panel];
    for (int i = 0; i < entry.length; i++) {
      cells.add(cell[i], share * coefficients[entry[i]]);
    }
  }

  /** Reads the transform at the entries. */
  void gather(int panel, Panel cells, double factor, double[] coefficients) {
    int[] entry = gatherEntry[panel];
    int[] cell = gatherCell[panel];
    for (int i = 0; i < entry.length; i++) {
      coefficients[entry[i]] = factor * cells.real(cell[i]);
    }
  }
}
