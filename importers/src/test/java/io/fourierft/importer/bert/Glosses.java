package io.fourierft.importer.bert;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Definitions of English nouns from WordNet 3.1. */
final class Glosses {
  private static final String RESOURCE = "net/sf/extjwnl/data/wordnet/wn31/data.noun";

  private Glosses() {}

  /** Evenly spread over the file, without their quoted examples. */
  static List<String> sample(int count) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(MiniLm.resource(RESOURCE), StandardCharsets.UTF_8))) {
      List<String> all =
          reader
              .lines()
              .filter(line -> !line.startsWith("  ") && line.contains("| "))
              .map(line -> line.substring(line.indexOf("| ") + 2).split("; \"|: \"")[0].strip())
              .toList();
      int step = all.size() / count;
      return IntStream.range(0, count).mapToObj(i -> all.get(i * step)).toList();
    }
  }
}
