package io.fourierft.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EntriesTest {
  private static final EntryRule PEFT = EntryRule.seeded(EntryRule.PEFT_SEED);

  @Test
  void splitsTheDrawByTheNumberOfColumns() {
    Entries square = Entries.of(PEFT, 768, 768, 5);
    assertThat(pairs(square))
        .containsExactly(
            List.of(509, 359),
            List.of(239, 147),
            List.of(538, 367),
            List.of(500, 200),
            List.of(567, 103));
    assertThat(pairs(Entries.of(PEFT, 768, 3072, 1))).containsExactly(List.of(703, 1127));
    assertThat(pairs(Entries.of(PEFT, 3072, 768, 1))).containsExactly(List.of(2813, 359));
  }

  @Test
  void equalChoicesAreEqual() {
    assertThat(Entries.of(PEFT, 8, 9, 5)).isEqualTo(Entries.of(PEFT, 8, 9, 5));
    assertThat(Entries.of(PEFT, 8, 9, 5)).hasSameHashCodeAs(Entries.of(PEFT, 8, 9, 5));
    assertThat(Entries.of(PEFT, 8, 9, 5)).isNotEqualTo(Entries.of(PEFT, 9, 8, 5));
    assertThat(Entries.of(PEFT, 8, 9, 5)).isNotEqualTo(Entries.of(EntryRule.seeded(1), 8, 9, 5));
  }

  @Test
  void refusesCountsAndShapesOutOfRange() {
    assertThatThrownBy(() -> Entries.of(PEFT, 3, 4, 13))
        .hasMessage("number of entries expected 1 to 12 but found 13 (shape [3, 4])");
    assertThatThrownBy(() -> Entries.of(PEFT, 3, 4, 0))
        .hasMessage("number of entries expected 1 to 12 but found 0 (shape [3, 4])");
    assertThatThrownBy(() -> Entries.of(PEFT, 0, 4, 1))
        .hasMessage("matrix shape expected sides >= 1 but found [0, 4]");
  }

  @Test
  void explicitEntriesAreTakenByShape() {
    EntryRule rule =
        new EntryRule.Explicit(
            List.of(
                new EntryList(3, 4, new long[] {11, 0, 5}), new EntryList(4, 3, new long[] {2})));

    assertThat(pairs(Entries.of(rule, 3, 4, 2))).containsExactly(List.of(2, 3), List.of(0, 0));
    assertThat(pairs(Entries.of(rule, 4, 3, 1))).containsExactly(List.of(0, 2));
    assertThatThrownBy(() -> Entries.of(rule, 4, 3, 2))
        .hasMessage("explicit entries expected at least 2 but found 1 (shape [4, 3])");
    assertThatThrownBy(() -> Entries.of(rule, 5, 5, 2))
        .hasMessage(
            "explicit entries expected a list of shape [5, 5] but found none among 2 lists");
  }

  @Test
  void explicitEntriesOutOfRangeOrTwiceAreRefused() {
    assertThatThrownBy(() -> new EntryList(3, 4, new long[] {12}))
        .hasMessage("explicit entry expected 0 to 11 but found 12 (shape [3, 4])");
    assertThatThrownBy(() -> new EntryList(3, 4, new long[] {7, 1, 7}))
        .hasMessage("explicit entries expected distinct but found 7 twice (shape [3, 4])");
    EntryList list = new EntryList(3, 4, new long[] {7});
    assertThatThrownBy(() -> new EntryRule.Explicit(List.of(list, list)))
        .hasMessage("explicit entries expected one list per shape but found two of [3, 4]");
  }

  @Test
  void bandPassPrefersItsBandAndRepeatsNothing() {
    Entries entries = Entries.of(new EntryRule.BandPass(2024, 100, 20), 768, 768, 1000);

    Set<List<Integer>> distinct = new HashSet<>(pairs(entries));
    assertThat(distinct).hasSize(1000);
    double total = 0;
    for (int l = 0; l < entries.size(); l++) {
      int u = Math.min(entries.row(l), 768 - entries.row(l));
      int v = Math.min(entries.column(l), 768 - entries.column(l));
      double distance = Math.hypot(u, v);
      assertThat(distance).isBetween(60.0, 140.0);
      total += distance;
    }
    assertThat(total / 1000).isBetween(95.0, 105.0);
  }

  @Test
  void bandPassFrequenciesFollowTheWeightsOfEquation5() {
    double[] weights = new double[25];
    double sum = 0;
    for (int cell = 0; cell < 25; cell++) {
      int u = cell / 5 <= 2 ? cell / 5 : cell / 5 - 5;
      int v = cell % 5 <= 2 ? cell % 5 : cell % 5 - 5;
      double squared = u * u + v * v;
      double ratio = (squared - 4) / (Math.sqrt(squared) * 1.5);
      weights[cell] = squared == 0 ? 0 : Math.exp(-ratio * ratio);
      sum += weights[cell];
    }
    int[] counts = new int[25];
    for (int seed = 0; seed < 20_000; seed++) {
      Entries one = Entries.of(new EntryRule.BandPass(seed, 2, 1.5), 5, 5, 1);
      counts[one.row(0) * 5 + one.column(0)]++;
    }
    for (int cell = 0; cell < 25; cell++) {
      double expected = 20_000 * weights[cell] / sum;
      double deviation = 5 * Math.sqrt(expected + 1);
      assertThat((double) counts[cell])
          .as("cell %d", cell)
          .isBetween(expected - deviation, expected + deviation);
    }
  }

  @Test
  void bandPassTreatsTheZeroFrequencyByItsLimit() {
    EntryRule.BandPass away = new EntryRule.BandPass(1, 2.5, 2);
    assertThat(pairs(Entries.of(away, 4, 4, 15))).doesNotContain(List.of(0, 0));
    assertThatThrownBy(() -> Entries.of(away, 4, 4, 16))
        .hasMessage(
            "number of entries expected at most 15 of non-zero probability but found 16"
                + " (shape [4, 4], centre frequency 2.5)");

    EntryRule.BandPass low = new EntryRule.BandPass(1, 0, 0.01);
    assertThat(pairs(Entries.of(low, 4, 4, 16))).startsWith(List.of(0, 0));
  }

  @Test
  void bandPassNumbersOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new EntryRule.BandPass(1, Double.NaN, 1))
        .hasMessage("band-pass centre frequency expected a finite number >= 0 but found NaN");
    assertThatThrownBy(() -> new EntryRule.BandPass(1, 1, 0))
        .hasMessage("band-pass bandwidth expected a finite number > 0 but found 0.0");
  }

  @Test
  void aFrequencyOutsideTheMatrixIsRefused() {
    EntryRule.BandPass outside = new EntryRule.BandPass(1, 5.5, 2);
    assertThat(Entries.of(outside, 8, 8, 3).size()).isEqualTo(3);
    assertThatThrownBy(() -> Entries.of(outside, 6, 8, 3))
        .hasMessage("band-pass centre frequency expected 0 to 5.0 but found 5.5 (shape [6, 8])");
  }

  private static List<List<Integer>> pairs(Entries entries) {
    return IntStream.range(0, entries.size())
        .mapToObj(l -> List.of(entries.row(l), entries.column(l)))
        .toList();
  }
}
