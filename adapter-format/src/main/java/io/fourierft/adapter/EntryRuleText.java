package io.fourierft.adapter;

import io.fourierft.spectral.EntryRule;
import java.util.Locale;

/** Says in a few words how entries are chosen. */
public final class EntryRuleText {
  private EntryRuleText() {}

  /**
   * Describes a rule.
   *
   * @param rule how entries are chosen
   * @return a few words
   */
  public static String of(EntryRule rule) {
    if (rule instanceof EntryRule.Seeded seeded) {
      return seeded.algorithm() + ", seed " + seeded.seed();
    }
    if (rule instanceof EntryRule.BandPass band) {
      return String.format(
          Locale.ROOT,
          "band-pass, seed %d, centre %s, width %s",
          band.seed(),
          band.centerFrequency(),
          band.bandwidth());
    }
    EntryRule.Explicit explicit = (EntryRule.Explicit) rule;
    return "written out for " + explicit.lists().size() + " shapes";
  }
}
