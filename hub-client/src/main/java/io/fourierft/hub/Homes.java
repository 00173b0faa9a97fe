package io.fourierft.hub;

import java.nio.file.Path;

/** Paths below the home directory. */
final class Homes {
  private Homes() {}

  /** Expands a leading {@code ~} or {@code ~/}. */
  static Path expand(String path) {
    if (path.equals("~")) {
      return home();
    }
    return path.startsWith("~/") ? home().resolve(path.substring(2)) : Path.of(path);
  }

  /** The directory that keeps what this software stores when told no other place. */
  static Path dotDirectory() {
    return home().resolve(".fourierft");
  }

  private static Path home() {
    return Path.of(System.getProperty("user.home"));
  }
}
