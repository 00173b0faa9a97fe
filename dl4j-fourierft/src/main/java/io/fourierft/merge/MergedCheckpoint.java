package io.fourierft.merge;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.io.AtomicDirectory;
import io.fourierft.io.AtomicFile;
import io.fourierft.safetensors.DType;
import io.fourierft.safetensors.SafetensorsFile;
import io.fourierft.safetensors.SafetensorsWriter;
import io.fourierft.safetensors.TensorEntry;
import io.fourierft.safetensors.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes a base model with an adapter merged into it: {@code W + dW} in the type that W is stored
 * in, fully trained parameters in place of the base's, everything else as it is. Files and shards
 * stay what they were, tensors pass one after the other, and the directory is there in full or not
 * at all.
 */
public final class MergedCheckpoint {
  private static final Set<String> COPIED =
      Set.of("json", "txt", "model", "jinja", "md", "tiktoken");

  private final Checkpoint base;
  private final Adapter adapter;
  private final MergePlan plan;

  private MergedCheckpoint(Checkpoint base, Adapter adapter, MergePlan plan) {
    this.base = base;
    this.adapter = adapter;
    this.plan = plan;
  }

  /**
   * What a merge did.
   *
   * @param files files of weights
   * @param tensors all tensors
   * @param changed those a weight change was added to
   * @param replaced those that were trained in full
   * @param added those that the base had not
   */
  public record Report(int files, int tensors, int changed, int replaced, int added) {}

  /**
   * Merges an adapter into its base.
   *
   * @param base the base, open
   * @param adapter the adapter, for a base of these shapes
   * @param directory where to, absent or empty
   * @return what was done
   * @throws IOException if a layer is missing or of another shape, a sum is not finite, or
   *     something cannot be read or written; nothing is left then
   */
  public static Report write(Checkpoint base, Adapter adapter, Path directory) throws IOException {
    MergedCheckpoint merge = new MergedCheckpoint(base, adapter, MergePlan.of(base, adapter));
    AtomicDirectory.write(directory, merge::writeTo);
    return new Report(
        base.files().size(),
        base.tensors().size() + merge.plan.additions().size(),
        merge.plan.changes().size(),
        merge.plan.replacements().size(),
        merge.plan.additions().size());
  }

  private void writeTo(Path directory) throws IOException {
    try (LayerChanges changes = LayerChanges.of(adapter)) {
      List<SafetensorsFile> files = base.files();
      for (int i = 0; i < files.size(); i++) {
        SafetensorsFile file = files.get(i);
        List<TensorSource> sources = new ArrayList<>();
        for (TensorEntry entry : file.entries()) {
          sources.add(source(file, entry, changes));
        }
        if (i == files.size() - 1) {
          DType type = commonType(file);
          plan.additions().forEach(tensor -> sources.add(added(tensor, type, tensor.name())));
        }
        Path target = directory.resolve(file.path().getFileName());
        SafetensorsWriter.write(target, sources, file.metadata());
      }
    }
    copyOthers(directory);
    if (base.sharded()) {
      MergedJson.writeIndex(base, plan, directory);
    }
    MergedJson.writeConfig(base, adapter, plan, directory);
  }

  private TensorSource source(SafetensorsFile file, TensorEntry entry, LayerChanges changes) {
    NamedTensor replacement = plan.replacements().get(entry.name());
    if (replacement != null) {
      return added(replacement, entry.dtype(), entry.name());
    }
    MergePlan.Change change = plan.changes().get(entry.name());
    AtomicFile.Content content =
        change == null
            ? out -> StoredNumbers.copy(file, entry, out)
            : out -> StoredNumbers.add(file, entry, addend(change, changes), out);
    return new TensorSource(entry.name(), entry.dtype(), entry.shape(), content);
  }

  private static StoredNumbers.Addend addend(MergePlan.Change change, LayerChanges changes) {
    float[] delta = changes.delta(change.layer()); // [out, in]
    int cols = change.weight().cols();
    int rows = change.weight().rows();
    return change.weight().transposed() // position counts over [in, out]
        ? position -> delta[(int) (position % rows) * cols + (int) (position / rows)]
        : position -> delta[(int) position];
  }

  private static TensorSource added(NamedTensor tensor, DType type, String name) {
    List<Long> shape = Arrays.stream(tensor.shape()).boxed().toList();
    float[] values = tensor.data();
    return new TensorSource(name, type, shape, out -> StoredNumbers.write(values, type, name, out));
  }

  /** The type that new tensors get: that of the file's largest. */
  private static DType commonType(SafetensorsFile file) {
    return file.entries().stream()
        .filter(entry -> entry.dtype().isFloat() || entry.dtype() == DType.F64)
        .max(Comparator.comparingLong(TensorEntry::bytes))
        .map(TensorEntry::dtype)
        .orElse(DType.F32);
  }

  /** Copies what belongs to the model beside its weights: tokenizer, licence, generation. */
  private void copyOthers(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(base.directory())) {
      for (Path file : files.sorted().toList()) {
        if (Files.isRegularFile(file) && isCopied(file.getFileName().toString())) {
          Files.copy(file, directory.resolve(file.getFileName()));
        }
      }
    }
  }

  private static boolean isCopied(String name) {
    String suffix = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    boolean weights = name.endsWith(".index.json") || name.startsWith("adapter_");
    return !weights
        && !name.equals(Checkpoint.CONFIG)
        && (COPIED.contains(suffix) || name.startsWith("LICENSE"));
  }
}
