package io.fourierft.cli.adapter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.adapter.AdapterSummary;
import io.fourierft.peft.PeftConfig;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The files of a PEFT directory.
 *
 * @param tensors name of the file with the numbers
 * @param size its bytes
 * @param sha256 its digest
 * @param unknownKeys keys of the configuration that mean nothing here
 */
public record PeftFiles(String tensors, long size, String sha256, List<String> unknownKeys) {
  /** Copies the keys. */
  public PeftFiles {
    unknownKeys = List.copyOf(unknownKeys);
  }

  /**
   * Looks at a directory.
   *
   * @param directory a PEFT directory
   * @return its files
   * @throws IOException if one is absent or cannot be read
   */
  public static PeftFiles of(Path directory) throws IOException {
    boolean safe = Files.exists(directory.resolve(PeftDirectory.MODEL));
    Path file = directory.resolve(safe ? PeftDirectory.MODEL : PeftDirectory.PICKLED_MODEL);
    PeftConfig config = PeftConfig.read(directory.resolve(PeftDirectory.CONFIG));
    return new PeftFiles(
        file.getFileName().toString(),
        Files.size(file),
        digest(file),
        List.copyOf(config.unknownKeys()));
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform expected SHA-256 but found none", e);
    }
  }

  /**
   * Returns an adapter of these files as a table.
   *
   * @param summary what the adapter says
   * @return text by label
   */
  public Map<String, String> rows(AdapterSummary summary) {
    Map<String, String> rows = new LinkedHashMap<>();
    rows.put("format", "PEFT, " + PeftConfig.PEFT_TYPE);
    rows.putAll(summary.rows());
    rows.remove("format version");
    if (!unknownKeys.isEmpty()) {
      rows.put("unknown keys", String.join(", ", unknownKeys));
    }
    rows.put("size", String.format(Locale.ROOT, "%,d bytes: %s", size, tensors));
    rows.put("sha256", sha256);
    return rows;
  }

  /**
   * Returns an adapter of these files for programs.
   *
   * @param summary what the adapter says
   * @return an object with the same content as the table
   */
  public ObjectNode json(AdapterSummary summary) {
    ObjectNode object = AdapterJson.withoutFile(summary, "peft");
    ArrayNode unknown = object.putArray("unknown_keys");
    unknownKeys.forEach(unknown::add);
    object.putObject("file").put("name", tensors).put("size", size).put("sha256", sha256);
    return object;
  }
}
