package io.fourierft.text;

import java.util.List;
import java.util.Optional;

/**
 * How a conversation becomes one text, as data: what stands around each message. The texts are
 * those of the models' own Jinja templates, which are not executed (docs/decisions/0006).
 *
 * @param name such as {@code llama-2}
 * @param start what the conversation begins with
 * @param system what stands around a system message
 * @param user what stands around a user's message
 * @param assistant what stands around an answer
 * @param next what the text ends with, for the model to answer
 * @param defaultSystem what a conversation without a system message has in its place
 * @param systemInUser whether the system message stands inside the first user's
 * @param strips whether white space around messages is removed
 * @param ownStart whether the text holds the tokenizer's start token itself
 */
public record ChatTemplate(
    String name,
    String start,
    Around system,
    Around user,
    Around assistant,
    String next,
    String defaultSystem,
    boolean systemInUser,
    boolean strips,
    boolean ownStart) {

  /**
   * What stands around a message.
   *
   * @param before in front of it
   * @param after behind it
   */
  public record Around(String before, String after) {
    String put(String text) {
      return before + text + after;
    }
  }

  /** Whose message it is. */
  public enum Role {
    /** Instructions for the whole conversation. */
    SYSTEM,
    /** A question. */
    USER,
    /** An answer. */
    ASSISTANT
  }

  /**
   * One message.
   *
   * @param role whose it is
   * @param content its text
   */
  public record Message(Role role, String content) {
    /**
     * A question.
     *
     * @param content its text
     * @return the message
     */
    public static Message user(String content) {
      return new Message(Role.USER, content);
    }
  }

  private static final Around LLAMA_2_SYSTEM = new Around("<<SYS>>\n", "\n<</SYS>>\n\n");
  private static final String ALPACA =
      "Below is an instruction that describes a task%s. Write a response that appropriately"
          + " completes the request.";

  /** The known templates, by name. */
  private static final List<ChatTemplate> KNOWN =
      List.of(
          new ChatTemplate(
              "llama-2",
              "",
              LLAMA_2_SYSTEM,
              new Around("<s>[INST] ", " [/INST]"),
              new Around(" ", " </s>"),
              "",
              "",
              true,
              true,
              true),
          headers(
              "llama-3",
              "<|begin_of_text|>",
              "<|start_header_id|>",
              "<|end_header_id|>\n\n",
              "<|eot_id|>",
              true),
          headers("chatml", "", "<|im_start|>", "\n", "<|im_end|>\n", false),
          new ChatTemplate(
              "alpaca",
              "",
              new Around("", "\n\n"),
              new Around("### Instruction:\n", "\n\n"),
              new Around("### Response:\n", "\n\n"),
              "### Response:\n",
              String.format(ALPACA, ""),
              false,
              false,
              false),
          new ChatTemplate(
              "vicuna",
              "",
              new Around("", " "),
              new Around("USER: ", " "),
              new Around("ASSISTANT: ", "</s>"),
              "ASSISTANT:",
              "A chat between a curious user and an artificial intelligence assistant. The"
                  + " assistant gives helpful, detailed, and polite answers to the user's"
                  + " questions.",
              false,
              false,
              false));

  private static ChatTemplate headers(
      String name, String start, String before, String after, String end, boolean strips) {
    return new ChatTemplate(
        name,
        start,
        new Around(before + "system" + after, end),
        new Around(before + "user" + after, end),
        new Around(before + "assistant" + after, end),
        before + "assistant" + after,
        "",
        false,
        strips,
        true);
  }

  /**
   * Names of the known templates.
   *
   * @return the names
   */
  public static List<String> names() {
    return KNOWN.stream().map(ChatTemplate::name).toList();
  }

  /**
   * A known template.
   *
   * @param name one of {@link #names}
   * @return the template
   */
  public static ChatTemplate named(String name) {
    return KNOWN.stream()
        .filter(template -> template.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "chat template expected one of " + names() + " but found " + name));
  }

  /**
   * The known template that a model's own Jinja template spells out, by its markers.
   *
   * @param jinja the {@code chat_template} of a tokenizer_config.json
   * @return the template, if its markers are known
   */
  public static Optional<ChatTemplate> recognise(String jinja) {
    String[][] markers = {
      {"<|start_header_id|>", "llama-3"},
      {"<|im_start|>", "chatml"},
      {"<<SYS>>", "llama-2"},
      {"### Instruction", "alpaca"},
      {"USER: ", "vicuna"}
    };
    for (String[] marker : markers) {
      if (jinja.contains(marker[0])) {
        return Optional.of(named(marker[1]));
      }
    }
    return Optional.empty();
  }

  /**
   * Alpaca's form of an instruction with something to apply it to.
   *
   * @param instruction what to do
   * @param input what to do it with, empty for nothing
   * @return the prompt
   */
  public static String instruction(String instruction, String input) {
    if (input.isEmpty()) {
      return named("alpaca").render(List.of(Message.user(instruction)));
    }
    String task = String.format(ALPACA, ", paired with an input that provides further context");
    return task
        + "\n\n### Instruction:\n"
        + instruction
        + "\n\n### Input:\n"
        + input
        + "\n\n### Response:\n";
  }

  /**
   * Renders a conversation, ready for the next answer.
   *
   * @param messages a system message or none, then question and answer in turn, a question last
   * @return the text
   */
  public String render(List<Message> messages) {
    requireTurns(messages);
    boolean told = messages.get(0).role() == Role.SYSTEM;
    String instructions = told ? stripped(messages.get(0).content()) : defaultSystem;
    boolean inside = systemInUser && told;
    StringBuilder text = new StringBuilder(start);
    if (!inside && (told || !defaultSystem.isEmpty())) {
      text.append(system.put(instructions));
    }
    for (int i = told ? 1 : 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      String head = i == 1 && inside ? system.put(messages.get(0).content()) : "";
      String content = stripped(head + message.content());
      text.append((message.role() == Role.USER ? user : assistant).put(content));
    }
    return text.append(next).toString();
  }

  private String stripped(String text) {
    return strips ? text.strip() : text;
  }

  private static void requireTurns(List<Message> messages) {
    boolean told = !messages.isEmpty() && messages.get(0).role() == Role.SYSTEM;
    List<Message> turns = told ? messages.subList(1, messages.size()) : messages;
    boolean alternate = turns.size() % 2 == 1;
    for (int i = 0; i < turns.size(); i++) {
      alternate &= turns.get(i).role() == (i % 2 == 0 ? Role.USER : Role.ASSISTANT);
    }
    if (!alternate) {
      throw new IllegalArgumentException(
          "conversation expected user and assistant in turn, a user's message last, but found "
              + messages.stream().map(Message::role).toList());
    }
  }
}
