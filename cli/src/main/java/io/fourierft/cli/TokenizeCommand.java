package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.io.AtomicFile;
import io.fourierft.text.Encoded;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import io.fourierft.text.Padding;
import io.fourierft.text.TokenizerSettings;
import io.fourierft.text.Tokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft tokenize}. */
@Command(
    name = "tokenize",
    sortOptions = false,
    description =
        "Turns texts into a model's token ids: one list of ids a line, or with --json or --output"
            + " the padded batch that forward takes.")
final class TokenizeCommand implements Callable<Integer> {
  private static final int NO_LIMIT = 1 << 24;

  @Mixin private ModelOption model;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Texts to tokenise, one a line (UTF-8).")
  private Path input;

  @Option(names = "--pair", paramLabel = "TEXT", description = "Second text, put behind each one.")
  private String pair;

  @Option(names = "--max-length", paramLabel = "N", description = "Cut longer results to N tokens.")
  private Integer maxLength;

  @Option(
      names = "--padding",
      paramLabel = "SIDE",
      defaultValue = "RIGHT",
      description = "right or left: where shorter rows of a batch are filled up.")
  private Padding padding;

  @Option(
      names = "--no-special",
      description = "Add no special tokens, such as those at the start and the end.")
  private boolean bare;

  @Option(
      names = "--decode",
      description = "The other way round: each TEXT is a list of ids, such as 1,403,407.")
  private boolean decode;

  @Mixin private JsonOption json;

  @Option(names = "--output", paramLabel = "FILE", description = "Where the batch goes, as JSON.")
  private Path output;

  @Parameters(arity = "0..*", paramLabel = "TEXT", description = "The texts.")
  private List<String> texts = List.of();

  @Spec private CommandSpec spec;

  private boolean typed;

  @Override
  public Integer call() throws IOException {
    if (texts.isEmpty() == (input == null)) {
      throw new ParameterException(
          spec.commandLine(), "either TEXT or --input expected but found neither or both");
    }
    if (bare && pair != null) {
      throw new ParameterException(
          spec.commandLine(), "--pair expected without --no-special but found both");
    }
    if (maxLength != null) {
      Usage.positive(spec, "--max-length", maxLength);
    }
    if (output != null) {
      Usage.writable(spec, "--output", output);
    }
    Path directory = model.directory(spec);
    LengthLimit limit =
        maxLength == null ? LengthLimit.refuse(NO_LIMIT) : LengthLimit.truncate(maxLength);
    List<String> all = input == null ? texts : Files.readAllLines(input, StandardCharsets.UTF_8);
    try (HfTokenizer tokenizer = Tokenizers.open(directory, limit)) {
      if (decode) {
        all.forEach(
            text -> spec.commandLine().getOut().println(tokenizer.decode(Usage.ids(spec, text))));
      } else {
        typed = TokenizerSettings.read(directory).hasTokenTypes();
        print(all.stream().map(text -> encode(tokenizer, text)).toList(), tokenizer.paddingId());
      }
    }
    return 0;
  }

  private Encoded encode(HfTokenizer tokenizer, String text) {
    if (pair != null) {
      return tokenizer.encode(text, pair);
    }
    return bare ? tokenizer.encodeBare(text) : tokenizer.encode(text);
  }

  private void print(List<Encoded> rows, int paddingId) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (output != null) {
      String batch = batch(rows, paddingId).toString();
      AtomicFile.write(output, file -> file.write(batch.getBytes(StandardCharsets.UTF_8)));
    } else if (json.isOn()) {
      out.println(batch(rows, paddingId));
    } else {
      rows.forEach(row -> out.println(array(row.ids())));
    }
    out.flush();
  }

  private ObjectNode batch(List<Encoded> rows, int paddingId) {
    int width = rows.stream().mapToInt(Encoded::length).max().orElse(0);
    ObjectNode batch = Results.object();
    ArrayNode ids = batch.putArray("input_ids");
    ArrayNode mask = batch.putArray("attention_mask");
    ArrayNode types = typed ? batch.putArray("token_type_ids") : Results.array();
    for (Encoded row : rows) {
      int start = padding == Padding.LEFT ? width - row.length() : 0;
      ids.add(padded(row.ids(), width, start, paddingId));
      types.add(padded(row.types(), width, start, 0));
      int[] ones = new int[row.length()];
      Arrays.fill(ones, 1);
      mask.add(padded(ones, width, start, 0));
    }
    return batch;
  }

  private static ArrayNode padded(int[] values, int width, int start, int filler) {
    int[] row = new int[width];
    Arrays.fill(row, filler);
    System.arraycopy(values, 0, row, start, values.length);
    return array(row);
  }

  private static ArrayNode array(int[] values) {
    ArrayNode array = Results.array();
    for (int value : values) {
      array.add(value);
    }
    return array;
  }
}
