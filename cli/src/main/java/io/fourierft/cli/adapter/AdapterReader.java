package io.fourierft.cli.adapter;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;

/** Reads adapters of either kind. */
public final class AdapterReader {
  private AdapterReader() {}

  /**
   * Reads an adapter.
   *
   * @param source what holds it
   * @param shapes shapes of the base's layers, which PEFT directories do not tell
   * @return the adapter
   * @throws IOException if it is none, is damaged or does not fit the shapes
   */
  public static Adapter read(Source source, LayerShapes shapes) throws IOException {
    if (source instanceof Source.AdapterFile file) {
      return AdapterFiles.read(file.path());
    }
    if (source instanceof Source.Peft directory) {
      return PeftDirectory.read(directory.path(), shapes);
    }
    throw new IOException(
        "adapter expected a "
            + Source.SUFFIX
            + " file or a PEFT directory but found a pretrained model ("
            + source.path()
            + ")");
  }
}
