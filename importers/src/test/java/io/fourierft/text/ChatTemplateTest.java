package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fourierft.text.ChatTemplate.Message;
import io.fourierft.text.ChatTemplate.Role;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Against the models' Jinja templates, rendered by tools/reference/chats.py. */
class ChatTemplateTest {
  @Test
  void conversationsAreRenderedAsJinjaRendersThem() throws IOException {
    JsonNode golden;
    try (InputStream stream = getClass().getResourceAsStream("/golden/chats.json")) {
      golden = new ObjectMapper().readTree(stream);
    }
    assertThat(golden).hasSize(4 * ChatTemplate.names().size());
    for (JsonNode each : golden) {
      ChatTemplate template = ChatTemplate.named(each.get("template").textValue());
      List<Message> messages = new ArrayList<>();
      for (JsonNode message : each.get("chat")) {
        Role role = Role.valueOf(message.get("role").textValue().toUpperCase(Locale.ROOT));
        messages.add(new Message(role, message.get("content").textValue()));
      }
      assertThat(template.render(messages)).isEqualTo(each.get("text").textValue());
      assertThat(ChatTemplate.recognise(each.get("jinja").textValue())).contains(template);
    }
    assertThat(ChatTemplate.recognise("{{ messages }}")).isEmpty();
  }

  @Test
  void anInstructionMayHaveAnInput() {
    assertThat(ChatTemplate.instruction("Add.", "1, 2"))
        .isEqualTo(
            "Below is an instruction that describes a task, paired with an input that provides"
                + " further context. Write a response that appropriately completes the request.\n\n"
                + "### Instruction:\nAdd.\n\n### Input:\n1, 2\n\n### Response:\n");
    assertThat(ChatTemplate.instruction("Add.", "")).endsWith("tion:\nAdd.\n\n### Response:\n");
  }

  @Test
  void turnsThatDoNotAlternateAreRefused() {
    ChatTemplate template = ChatTemplate.named("chatml");
    for (List<Message> messages :
        List.of(
            List.<Message>of(),
            List.of(new Message(Role.SYSTEM, "a")),
            List.of(Message.user("a"), Message.user("b")),
            List.of(Message.user("a"), new Message(Role.ASSISTANT, "b")))) {
      assertThatThrownBy(() -> template.render(messages))
          .hasMessageContaining("expected user and assistant in turn, a user's message last");
    }
    assertThatThrownBy(() -> ChatTemplate.named("x"))
        .hasMessageContaining("chat template expected one of [llama-2,");
  }
}
