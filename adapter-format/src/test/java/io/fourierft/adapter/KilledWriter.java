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

  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    List<Adapter> adapters = List.of(adapter(0), adapter(1));
    for (int i = 0; ; i++) {
      System.out.write(i);
      System.out.flush();
      AdapterFiles.write(file, adapters.get(i % 2));
    }
  }
}
