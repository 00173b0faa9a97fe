package io.fourierft.cli;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.BaseCheck;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.StorageType;
import io.fourierft.checkpoint.Checkpoint;
import io.fourierft.cli.adapter.AdapterReader;
import io.fourierft.cli.adapter.BaseAtHand;
import io.fourierft.cli.adapter.Source;
import io.fourierft.io.AtomicDirectory;
import io.fourierft.lora.LoraConversion;
import io.fourierft.lora.LoraLayer;
import io.fourierft.merge.MergedCheckpoint;
import io.fourierft.peft.ModuleSpelling;
import io.fourierft.peft.PeftConfig;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft convert}. */
@Command(
    name = "convert",
    sortOptions = false,
    description = {
      "Turns an adapter into another form. What the input is, an adapter file or a PEFT directory,"
          + " is found out.",
      "native: an adapter file. peft: a directory that PEFT loads. lora: the same as LoRA, for"
          + " servers that know nothing else; what that loses is printed. merged: the base model"
          + " with the adapter in its weights, in the types they are stored in."
    })
final class ConvertCommand implements Callable<Integer> {
  /** What to convert to. */
  enum Form {
    /** A PEFT directory. */
    PEFT,
    /** An adapter file. */
    NATIVE,
    /** A PEFT directory of LoRA. */
    LORA,
    /** A model directory. */
    MERGED
  }

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORM",
      description = "peft, native, lora or merged.")
  private Form form;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "PATH",
      description = "Adapter file or PEFT directory.")
  private Path input;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "PATH",
      description = "New file (native) or directory (all others).")
  private Path output;

  @Mixin private ModelOption model;

  @Option(
      names = "--force",
      description =
          "Accept a base of other weights than the adapter was made for; never of other"
              + " shapes.")
  private boolean force;

  @Option(names = "--rank", paramLabel = "R", description = "Rank of LoRA.")
  private Integer rank;

  @Option(
      names = "--coefficients",
      paramLabel = "TYPE",
      defaultValue = "F32",
      description =
          "Type of coefficients in an adapter file: F32, F16 or BF16 (default:"
              + " ${DEFAULT-VALUE}).")
  private StorageType coefficients;

  @Option(
      names = "--heads",
      paramLabel = "TYPE",
      defaultValue = "F32",
      description =
          "Type of fully trained parameters in an adapter file (default:" + " ${DEFAULT-VALUE}).")
  private StorageType heads;

  @Option(
      names = "--transformers",
      paramLabel = "N",
      description =
          "Name modules as transformers 4 or 5 does (default: as they were read, else 5).")
  private Integer transformers;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    checkOptions();
    Source source = Source.detect(input);
    requireNewOutput();
    boolean shapeless = source instanceof Source.Peft && form != Form.PEFT;
    if ((shapeless || form == Form.MERGED) && !model.isGiven()) {
      throw usage(
          form == Form.MERGED
              ? "--model expected for a merged model but found none"
              : "--model expected with a PEFT directory, which does not hold the shapes of its"
                  + " layers, but found none");
    }
    if (!model.isGiven()) {
      write(AdapterReader.read(source, LayerShapes.unknown()));
      tellUnknownKeys(source);
      return 0;
    }
    Backend.start();
    BaseAtHand base = BaseAtHand.open(model.directory(spec));
    Adapter adapter = AdapterReader.read(source, base.shapes());
    base.require(
        adapter,
        force ? BaseCheck.Weights.FORCE : BaseCheck.Weights.STRICT,
        source.path().toString());
    if (form == Form.MERGED) {
      merge(base, adapter);
    } else {
      write(source instanceof Source.Peft ? withFingerprint(adapter, base) : adapter);
    }
    tellUnknownKeys(source);
    return 0;
  }

  private void tellUnknownKeys(Source source) throws IOException {
    if (source instanceof Source.Peft directory) {
      PeftConfig config = PeftConfig.read(directory.path().resolve(PeftDirectory.CONFIG));
      if (!config.unknownKeys().isEmpty()) {
        boolean kept = form == Form.NATIVE || form == Form.PEFT;
        say(
            "keys of %s that mean nothing here, %s: %s",
            PeftDirectory.CONFIG,
            kept ? "kept" : "left out",
            String.join(", ", config.unknownKeys()));
      }
    }
  }

  private void checkOptions() {
    if (form == Form.LORA && rank == null) {
      throw usage("--rank expected for LoRA but found none");
    }
    if (rank != null) {
      Usage.positive(spec, "--rank", rank);
    }
    if (transformers != null && transformers != 4 && transformers != 5) {
      throw usage("--transformers expected 4 or 5 but found " + transformers);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void requireNewOutput() throws IOException {
    if (form != Form.NATIVE) {
      AtomicDirectory.requireNew(output);
    } else if (Files.exists(output)) {
      throw new FileAlreadyExistsException(output.toString());
    }
  }

  /** The adapter with what tells its base from others. */
  private static Adapter withFingerprint(Adapter adapter, BaseAtHand base) throws IOException {
    BaseModel named = adapter.baseModel();
    return adapter.toBuilder()
        .baseModel(new BaseModel(named.id(), named.revision(), base.fingerprint()))
        .build();
  }

  private void write(Adapter adapter) throws IOException {
    try {
      switch (form) {
        case NATIVE -> writeNative(adapter);
        case PEFT -> writePeft(adapter);
        default -> writeLora(adapter);
      }
    } catch (IllegalArgumentException e) { // the form cannot hold this adapter
      throw new IOException(e.getMessage() + " (" + input + ")", e);
    }
  }

  private void writeNative(Adapter adapter) throws IOException {
    Path parent = output.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    AdapterFileInfo info = AdapterFiles.write(output, adapter, coefficients, heads);
    say(
        "%s: %d layers, %,d bytes, sha256 %s",
        output, adapter.layers().size(), info.size(), info.sha256());
  }

  private void writePeft(Adapter adapter) throws IOException {
    AtomicDirectory.write(
        output,
        directory -> {
          if (transformers == null) {
            PeftDirectory.write(directory, adapter);
          } else {
            PeftDirectory.write(
                directory,
                adapter,
                transformers == 4 ? ModuleSpelling.TRANSFORMERS_4 : ModuleSpelling.TRANSFORMERS_5);
          }
        });
    say("%s: %d layers, PEFT FOURIERFT", output, adapter.layers().size());
  }

  private void writeLora(Adapter adapter) throws IOException {
    Backend.start();
    LoraConversion lora = LoraConversion.of(adapter, rank);
    AtomicDirectory.write(output, lora::write);
    if (!root.quiet()) {
      Table table = new Table();
      table.add("layer", "lost of |dW|");
      for (LoraLayer layer : lora.layers()) {
        table.add(layer.module(), percent(layer.error()));
      }
      table.print(out());
    }
    say(
        "%s: %d layers, LoRA of rank %d, %s of the weight changes lost (Frobenius norm)",
        output, lora.layers().size(), rank, percent(lora.error()));
  }

  private void merge(BaseAtHand base, Adapter adapter) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(base.directory())) {
      MergedCheckpoint.Report report = MergedCheckpoint.write(checkpoint, adapter, output);
      say(
          "%s: %d tensors, %d with the adapter added, %d replaced, %d new; files of weights: %d",
          output,
          report.tensors(),
          report.changed(),
          report.replaced(),
          report.added(),
          report.files());
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.4f %%", 100 * share);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void say(String format, Object... arguments) {
    out().println(String.format(Locale.ROOT, format, arguments));
    out().flush();
  }
}
