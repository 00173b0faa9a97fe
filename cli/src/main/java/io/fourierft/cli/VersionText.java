package io.fourierft.cli;

import io.fourierft.samples.Build;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class VersionText implements IVersionProvider {
  private static final String ND4J = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

  @Override
  public String[] getVersion() {
    return new String[] {
      "fourierft " + version(),
      "ND4J " + nd4j(),
      "JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " " + arch()
    };
  }

  /** Version of this build. */
  static String version() {
    return Build.version();
  }

  /** Version of ND4J on the class path. */
  static String nd4j() {
    return read(ND4J);
  }

  private static String read(String resource) {
    Properties properties = new Properties();
    try (InputStream in = VersionText.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new NoSuchFileException(resource + " on the class path");
      }
      properties.load(in);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return properties.getProperty("version");
  }

  private static String arch() {
    return System.getProperty("os.arch");
  }
}
