package io.fourierft.importer;

import io.fourierft.adapter.Fingerprint;
import io.fourierft.importer.weights.Checksums;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.importer.weights.WeightReport;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes the fingerprint of a pretrained encoder: an adapter made for one base is refused by
 * another.
 *
 * <p>The digest is the SHA-256 of one line {@code name TAB shape TAB type TAB crc32c LF} per
 * tensor, sorted by name, where the check sum is that of the tensor's little-endian floats. Heads,
 * poolers and the {@code bert.} in front of names are left out, so that it is the same whatever
 * head the encoder is loaded with and whatever file it comes from. It guards against mistakes, not
 * against attackers.
 */
public final class Fingerprints {
  private Fingerprints() {}

  /**
   * Takes the fingerprint of an encoder.
   *
   * @param config its configuration
   * @param tensors its tensors by name, without heads
   * @return the fingerprint
   */
  public static Fingerprint of(ModelConfig config, Map<String, INDArray> tensors) {
    SortedMap<String, String> lines = new ConcurrentSkipListMap<>();
    tensors.entrySet().parallelStream()
        .forEach(
            entry -> {
              INDArray value = entry.getValue();
              String name = entry.getKey();
              lines.put(name, line(name, value.shape(), value.dataType(), Checksums.of(value)));
            });
    return of(config, lines);
  }

  /**
   * Takes the fingerprint of an encoder in a file, of which one tensor at a time is in memory.
   *
   * @param config its configuration
   * @param tensors its tensors, without heads
   * @param ignorable which other tensors the file may hold
   * @param bare turns a parameter's name into the one that is the same whatever the head
   * @param source the file
   * @return the fingerprint that the loaded encoder has
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static Fingerprint of(
      ModelConfig config,
      List<ExpectedTensor> tensors,
      Predicate<String> ignorable,
      UnaryOperator<String> bare,
      WeightSource source)
      throws IOException {
    WeightReport report = WeightReport.compare(source, tensors, ignorable);
    report.requireFit();
    Map<String, List<String>> names = new LinkedHashMap<>();
    report
        .found()
        .forEach(
            (name, tensor) ->
                names.computeIfAbsent(tensor, key -> new ArrayList<>()).add(bare.apply(name)));
    return of(config, names, source);
  }

  /**
   * Takes the fingerprint of an encoder in a file.
   *
   * @param config its configuration
   * @param names each tensor's name in the file, to the bare names of the parameters made of it
   * @param source the file
   * @return the fingerprint that the loaded encoder has
   * @throws IOException if the file cannot be read
   */
  static Fingerprint of(ModelConfig config, Map<String, List<String>> names, WeightSource source)
      throws IOException {
    Map<String, Long> sums = source.checksums(names.keySet());
    SortedMap<String, String> lines = new TreeMap<>();
    names.forEach(
        (tensor, bare) -> {
          long[] shape = source.tensors().get(tensor).dimensions();
          bare.forEach(
              name -> lines.put(name, line(name, shape, DataType.FLOAT, sums.get(tensor))));
        });
    return of(config, lines);
  }

  private static Fingerprint of(ModelConfig config, SortedMap<String, String> lines) {
    MessageDigest sha = sha256();
    lines.values().forEach(line -> sha.update(line.getBytes(StandardCharsets.UTF_8)));
    return new Fingerprint(
        config.modelType(), config.sizes(), HexFormat.of().formatHex(sha.digest()));
  }

  private static String line(String name, long[] shape, DataType type, long checksum) {
    return String.format(
        Locale.ROOT, "%s\t%s\t%s\t%08x\n", name, Arrays.toString(shape), type, checksum);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform expected SHA-256 but found none", e);
    }
  }
}
