package io.fourierft.text;

import io.fourierft.generate.Continuation;
import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.TokenGenerator;
import io.fourierft.importer.PretrainedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Continues texts with a decoder. For one thread at a time. */
public final class TextGenerator implements AutoCloseable {
  private final TokenGenerator tokens;
  private final ContinuedText text;

  private TextGenerator(TokenGenerator tokens, ContinuedText text) {
    this.tokens = tokens;
    this.text = text;
  }

  /**
   * A generator.
   *
   * @param model a decoder with the head {@link io.fourierft.importer.Head#nextToken}, adapted or
   *     not; it stays with the caller
   * @param tokenizer its tokenizer; it stays with the caller
   * @return the generator
   */
  public static TextGenerator of(PretrainedModel model, HfTokenizer tokenizer) {
    TokenGenerator tokens =
        TokenGenerator.of(
            model.network(), model.parameters(), model.linears(), model.config().maxTokens());
    return new TextGenerator(tokens, ContinuedText.of(tokenizer));
  }

  /**
   * Continues prompts.
   *
   * @param prompts their tokens
   * @param options when and how
   * @param stops texts that end a continuation; they and what follows stay out of it
   * @return what was added to each prompt
   */
  public List<String> generate(
      List<Encoded> prompts, GenerationOptions options, List<String> stops) {
    List<int[]> ids = prompts.stream().map(Encoded::ids).toList();
    List<String> texts = new ArrayList<>();
    List<Continuation> added = tokens.generate(ids, stopping(options, stops));
    for (int i = 0; i < added.size(); i++) {
      String found = text.of(added.get(i).tokens(), text.isEmpty(ids.get(i)));
      texts.add(ContinuedText.cut(found, stops));
    }
    return List.copyOf(texts);
  }

  /**
   * Continues a prompt and tells of the text as it grows.
   *
   * @param prompt its tokens
   * @param options when and how; beam search tells all at the end
   * @param stops texts that end the continuation; they and what follows stay out of it
   * @param listener hears of each further piece of the text
   * @return what was added
   */
  public String generate(
      Encoded prompt, GenerationOptions options, List<String> stops, Consumer<String> listener) {
    boolean atStart = text.isEmpty(prompt.ids());
    List<Integer> added = new ArrayList<>();
    StringBuilder told = new StringBuilder();
    List<Continuation> all =
        tokens.generate(
            List.of(prompt.ids()),
            stopping(options, stops),
            (row, token) -> {
              added.add(token);
              String soFar = text.of(added.stream().mapToInt(Integer::intValue).toArray(), atStart);
              tell(ContinuedText.certain(soFar, stops), told, listener);
            });
    String whole = ContinuedText.cut(text.of(all.get(0).tokens(), atStart), stops);
    tell(whole, told, listener);
    return whole;
  }

  private static void tell(String certain, StringBuilder told, Consumer<String> listener) {
    if (certain.length() > told.length()) {
      String piece = certain.substring(told.length());
      told.append(piece);
      listener.accept(piece);
    }
  }

  private GenerationOptions stopping(GenerationOptions options, List<String> stops) {
    return stops.isEmpty()
        ? options
        : options.withStop(
            added -> {
              String soFar = text.of(added, false);
              return options.stop().test(added) || stops.stream().anyMatch(soFar::contains);
            });
  }

  @Override
  public void close() {
    tokens.close();
  }
}
