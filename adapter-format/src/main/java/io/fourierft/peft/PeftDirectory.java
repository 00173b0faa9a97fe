package io.fourierft.peft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.io.AtomicFile;
import io.fourierft.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * An adapter as PEFT saves it: {@code adapter_config.json} beside {@code
 * adapter_model.safetensors}, or beside the {@code adapter_model.bin} of older releases, a pickle
 * of which nothing but tensors is understood. Reading and writing back gives the same bytes in
 * every tensor, and keeps keys of the configuration that mean nothing here.
 */
public final class PeftDirectory {
  /** Name of the configuration. */
  public static final String CONFIG = "adapter_config.json";

  /** Name of the tensors. */
  public static final String MODEL = "adapter_model.safetensors";

  /** Name of the tensors as older PEFT saves them: read, never written. */
  public static final String PICKLED_MODEL = "adapter_model.bin";

  private PeftDirectory() {}

  /**
   * Reads an adapter.
   *
   * @param directory a directory that PEFT saved a FourierFT adapter in
   * @param shapes shapes of the base model's linear layers, under either {@link ModuleSpelling}
   * @return the adapter; layers in the order of their numbers
   * @throws AdapterFormatException if it is no FourierFT adapter, or does not fit the base
   * @throws IOException if it cannot be read
   */
  public static Adapter read(Path directory, LayerShapes shapes) throws IOException {
    PeftConfig config = PeftConfig.read(directory.resolve(CONFIG));
    try (PeftTensors tensors = PeftTensors.open(directory)) {
      return PeftReader.read(config, tensors, shapes);
    }
  }

  /**
   * Writes an adapter so that {@code PeftModel.from_pretrained} loads it. Modules have the names
   * they were read with from a PEFT directory, or else those of current transformers.
   *
   * @param directory where to; made if missing, its two files are replaced
   * @param adapter the adapter
   * @throws IllegalArgumentException if PEFT cannot express it: other than seeded entries, another
   *     basis
   * @throws IOException if it cannot be written
   */
  public static void write(Path directory, Adapter adapter) throws IOException {
    writeSpelled(directory, PeftSpelling.asRead(adapter));
  }

  /**
   * Writes an adapter for one generation of transformers.
   *
   * @param directory where to; made if missing, its two files are replaced
   * @param adapter the adapter
   * @param spelling how to name the modules
   * @throws IllegalArgumentException if PEFT cannot express it: other than seeded entries, another
   *     basis
   * @throws IOException if it cannot be written
   */
  public static void write(Path directory, Adapter adapter, ModuleSpelling spelling)
      throws IOException {
    writeSpelled(directory, PeftSpelling.as(adapter, spelling));
  }

  private static void writeSpelled(Path directory, Adapter adapter) throws IOException {
    byte[] config = PeftWriter.config(adapter).text().getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(directory);
    SafetensorsWriter.write(
        directory.resolve(MODEL), PeftWriter.tensors(adapter), Map.of("format", "pt"));
    AtomicFile.write(directory.resolve(CONFIG), out -> out.write(config));
  }
}
