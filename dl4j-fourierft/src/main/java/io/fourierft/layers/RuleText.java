package io.fourierft.layers;

import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import io.fourierft.spectral.EntryRule.Algorithm;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Entry rules as one line of text, for the configuration of a network. */
final class RuleText {
  private static final String SEEDED = "seeded";
  private static final String BAND_PASS = "band-pass";
  private static final String EXPLICIT = "explicit";

  private RuleText() {}

  static String of(EntryRule rule) {
    if (rule instanceof EntryRule.Seeded seeded) {
      return SEEDED + ":" + seeded.seed() + ":" + seeded.algorithm();
    }
    if (rule instanceof EntryRule.BandPass band) {
      return BAND_PASS + ":" + band.seed() + ":" + band.centerFrequency() + ":" + band.bandwidth();
    }
    return ((EntryRule.Explicit) rule)
        .lists().stream().map(RuleText::of).collect(Collectors.joining(":", EXPLICIT + ":", ""));
  }

  private static String of(EntryList list) {
    String entries =
        LongStream.range(0, list.size())
            .mapToObj(l -> Long.toString(list.flat((int) l)))
            .collect(Collectors.joining(","));
    return list.rows() + "," + list.cols() + "," + entries;
  }

  static EntryRule parse(String text) {
    String[] parts = text.split(":");
    try {
      return switch (parts[0]) {
        case SEEDED -> new EntryRule.Seeded(Long.parseLong(parts[1]), Algorithm.valueOf(parts[2]));
        case BAND_PASS ->
            new EntryRule.BandPass(
                Long.parseLong(parts[1]),
                Double.parseDouble(parts[2]),
                Double.parseDouble(parts[3]));
        case EXPLICIT -> new EntryRule.Explicit(lists(parts));
        default -> throw new IllegalArgumentException("unknown kind " + parts[0]);
      };
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "entry rule expected seeded, band-pass or explicit but found " + text, e);
    }
  }

  private static List<EntryList> lists(String[] parts) {
    return Arrays.stream(parts).skip(1).map(RuleText::list).toList();
  }

  private static EntryList list(String part) {
    long[] numbers = Arrays.stream(part.split(",")).mapToLong(Long::parseLong).toArray();
    return new EntryList(
        Math.toIntExact(numbers[0]),
        Math.toIntExact(numbers[1]),
        Arrays.copyOfRange(numbers, 2, numbers.length));
  }
}
