package io.fourierft.cli;

import io.fourierft.cli.model.RunningModel;
import io.fourierft.generate.Continuation;
import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.TokenGenerator;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.text.Encoded;
import io.fourierft.text.EndTokens;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.LengthLimit;
import io.fourierft.text.TextGenerator;
import io.fourierft.text.Tokenizers;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fourierft generate}. */
@Command(
    name = "generate",
    sortOptions = false,
    description = {
      "Continues texts with GPT-2 or LLaMA, adapted or not. Prints what the model adds, as it is"
          + " made; of several prompts each one's when all are done.",
    })
final class GenerateCommand implements Callable<Integer> {
  @Mixin private ModelOption model;
  @Mixin private AdapterOption adapter;
  @Mixin private PromptOptions prompt;

  @Option(
      names = "--prompt-ids",
      paramLabel = "IDS",
      description =
          "Token ids to continue instead of a text, such as 1,403,407; several make a batch. Prints"
              + " ids. Needs no tokenizer.")
  private List<String> ids = List.of();

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "A text that ends the answer and stays out of it; may be given often.")
  private List<String> stops = List.of();

  @Mixin private DecodingOptions decoding;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    adapter.check(spec);
    boolean given = !ids.isEmpty();
    List<int[]> rows = ids.stream().map(text -> Usage.ids(spec, text)).toList();
    if (given != prompt.prompts().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "either --prompt or --prompt-ids expected but found neither or both");
    }
    Usage.of(
        spec,
        () -> {
          prompt.check();
          return decoding.options(Set.of(), 1);
        });
    Path directory = model.directory(spec);
    Backend.start();
    try (RunningModel running = adapter.load(directory, Head.nextToken())) {
      Set<Integer> ends = EndTokens.read(directory);
      if (given) {
        continueIds(running.model(), rows, ends);
      } else {
        continueTexts(running.model(), directory, ends);
      }
    }
    return 0;
  }

  private void continueIds(PretrainedModel base, List<int[]> rows, Set<Integer> ends) {
    int positions = base.config().maxTokens();
    int longest = rows.stream().mapToInt(row -> row.length).max().orElse(0);
    PrintWriter out = spec.commandLine().getOut();
    try (TokenGenerator generator =
        TokenGenerator.of(base.network(), base.parameters(), base.linears(), positions)) {
      GenerationOptions options = decoding.options(ends, positions - longest);
      for (Continuation added : generator.generate(rows, options)) {
        out.println(
            Arrays.stream(added.tokens())
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",")));
      }
      out.flush();
    }
  }

  private void continueTexts(PretrainedModel base, Path directory, Set<Integer> ends)
      throws IOException {
    int positions = base.config().maxTokens();
    PrintWriter out = spec.commandLine().getOut();
    try (HfTokenizer tokenizer = Tokenizers.open(directory, LengthLimit.refuse(positions));
        TextGenerator generator = TextGenerator.of(base, tokenizer)) {
      List<Encoded> encoded = prompt.encode(tokenizer, directory);
      int longest = encoded.stream().mapToInt(Encoded::length).max().orElse(0);
      GenerationOptions options = decoding.options(ends, positions - longest);
      if (encoded.size() == 1) {
        generator.generate(
            encoded.get(0),
            options,
            stops,
            piece -> {
              out.print(piece);
              out.flush();
            });
        out.println();
      } else {
        generator.generate(encoded, options, stops).forEach(out::println);
      }
      out.flush();
    }
  }
}
