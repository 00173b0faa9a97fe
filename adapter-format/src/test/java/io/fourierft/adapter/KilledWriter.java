package io.fourierft.adapter;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Writes two adapters over each other until it is killed; tells before each writing. */
final class KilledWriter {
  private KilledWriter() {}

  static Adapter adapter(int which) {
    List<String> modules = List.of("h.%d.q", "h.%d.v");
    return Samples.deep("base", which == 0 ? 12 : 24, modules, 768, 1000);
  }

  /** Takes the file, and optionally after how many writings to end. */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    int writings = arguments.length > 1 ? Integer.parseInt(arguments[1]) : Integer.MAX_VALUE;
    List<Adapter> adapters = List.of(adapter(0), adapter(1));
    for (int i = 0; i < writings; i++) {
      System.out.write(i);
      System.out.flush();
      AdapterFiles.write(file, adapters.get(i % 2));
    }
  }
}
