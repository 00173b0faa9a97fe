package io.fourierft.samples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Properties;

/** What the build knows of itself. */
public final class Build {
  private static final String RESOURCE = "version.properties";

  private Build() {}

  /**
   * Version of this build.
   *
   * @return such as {@code 1.2.0}
   */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = Build.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new NoSuchFileException(RESOURCE + " on the class path");
      }
      properties.load(in);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return properties.getProperty("version");
  }
}
