package io.fourierft.cli;

import io.fourierft.text.ChatTemplate;
import io.fourierft.text.ChatTemplate.Message;
import io.fourierft.text.ChatTemplate.Role;
import io.fourierft.text.Encoded;
import io.fourierft.text.HfTokenizer;
import io.fourierft.text.TokenizerSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a text begins with. */
final class PromptOptions {
  private static final String OWN = "model";

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What to continue; several make a batch.")
  private List<String> prompts = List.of();

  @Option(
      names = "--chat",
      paramLabel = "TEMPLATE",
      arity = "0..1",
      fallbackValue = OWN,
      description =
          "Take prompts as a user's messages, in the form that the model's tokenizer_config.json"
              + " spells out, or in this one: llama-2, llama-3, chatml, alpaca, vicuna.")
  private String template;

  @Option(names = "--system", paramLabel = "TEXT", description = "System message, with --chat.")
  private String system;

  List<String> prompts() {
    return prompts;
  }

  /** Refuses options that do not go together or name no template. */
  void check() {
    if (template != null && !template.equals(OWN)) {
      ChatTemplate.named(template);
    }
    if (system != null && template == null) {
      throw new IllegalArgumentException("--chat expected with --system but found none");
    }
  }

  /** The prompts as tokens. */
  List<Encoded> encode(HfTokenizer tokenizer, Path directory) throws IOException {
    if (template == null) {
      return prompts.stream().map(tokenizer::encode).toList();
    }
    ChatTemplate form = form(directory);
    List<Encoded> encoded = new ArrayList<>();
    for (String prompt : prompts) {
      List<Message> messages = new ArrayList<>();
      Optional.ofNullable(system).ifPresent(text -> messages.add(new Message(Role.SYSTEM, text)));
      messages.add(Message.user(prompt));
      String text = form.render(messages);
      encoded.add(form.ownStart() ? tokenizer.encodeBare(text) : tokenizer.encode(text));
    }
    return encoded;
  }

  private ChatTemplate form(Path directory) throws IOException {
    if (!template.equals(OWN)) {
      return ChatTemplate.named(template);
    }
    return TokenizerSettings.read(directory)
        .chatTemplate()
        .flatMap(ChatTemplate::recognise)
        .orElseThrow(
            () ->
                new IOException(
                    "chat_template expected one of the known forms "
                        + ChatTemplate.names()
                        + " but found none or another: name one with --chat ("
                        + directory
                        + ")"));
  }
}
