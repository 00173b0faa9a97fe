package io.fourierft.spectral;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** How the spectral entries of an adapter are chosen; layers of one shape share their entries. */
public sealed interface EntryRule {
  /** The seed that PEFT uses unless told otherwise. */
  long PEFT_SEED = 777;

  /** Which generation of {@code torch.randperm} a seeded rule follows. */
  enum Algorithm {
    /** PyTorch 2.7 and later. */
    TORCH_RANDPERM,
    /** Older PyTorch: differs only for matrices of {@link TorchRandperm#THRESHOLD} entries on. */
    TORCH_RANDPERM_LEGACY
  }

  /**
   * Returns the rule of PEFT: the first n values of {@code torch.randperm(rows * cols)}.
   *
   * @param seed seed of the generator
   * @return the rule, following current PyTorch
   */
  static EntryRule seeded(long seed) {
    return new Seeded(seed, Algorithm.TORCH_RANDPERM);
  }

  /**
   * Uniform choice without repetition, as PEFT does it: flat index {@code f} of the permutation is
   * row {@code f / cols}, column {@code f % cols}.
   *
   * @param seed seed of the generator, of which PyTorch uses the low 32 bits
   * @param algorithm which generation of PyTorch to follow
   */
  record Seeded(long seed, Algorithm algorithm) implements EntryRule {
    /**
     * Checks the components.
     *
     * @param seed seed of the generator, of which PyTorch uses the low 32 bits
     * @param algorithm which generation of PyTorch to follow
     */
    public Seeded {
      Objects.requireNonNull(algorithm, "algorithm");
    }
  }

  /**
   * Choice by the paper's Eq. 5, {@code p(u, v) = exp(-((D^2 - fc^2) / (D W))^2)}, without
   * repetition. D is the distance from the centre of the centred spectrum, that is from the zero
   * frequency. At D = 0 the limit counts: 1 for fc = 0, otherwise 0.
   *
   * @param seed seed of the generator
   * @param centerFrequency fc, the favoured distance, at least 0
   * @param bandwidth W, above 0
   */
  record BandPass(long seed, double centerFrequency, double bandwidth) implements EntryRule {
    /**
     * Checks the components.
     *
     * @param seed seed of the generator
     * @param centerFrequency fc, the favoured distance, at least 0
     * @param bandwidth W, above 0
     */
    public BandPass {
      if (!(centerFrequency >= 0) || Double.isInfinite(centerFrequency)) {
        throw new IllegalArgumentException(
            "band-pass centre frequency expected a finite number >= 0 but found "
                + centerFrequency);
      }
      if (!(bandwidth > 0) || Double.isInfinite(bandwidth)) {
        throw new IllegalArgumentException(
            "band-pass bandwidth expected a finite number > 0 but found " + bandwidth);
      }
    }
  }

  /**
   * Entries written out, one list per matrix shape.
   *
   * @param lists the lists, at most one of each shape
   */
  record Explicit(List<EntryList> lists) implements EntryRule {
    /**
     * Checks the components.
     *
     * @param lists the lists, at most one of each shape
     */
    public Explicit {
      lists = List.copyOf(lists);
      Set<List<Integer>> shapes = new HashSet<>();
      for (EntryList list : lists) {
        if (!shapes.add(List.of(list.rows(), list.cols()))) {
          throw new IllegalArgumentException(
              "explicit entries expected one list per shape but found two of ["
                  + list.rows()
                  + ", "
                  + list.cols()
                  + "]");
        }
      }
    }
  }
}
