package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class TableOneCommandTest {
  @Test
  void printsEveryRowAndWhereThePaperDiffers() {
    CommandRun run = CommandRun.of("table1");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("RoBERTa Base       4      147,456     576 KB     200        4,800    18.8 KB")
        .contains("                  64   33,554,432     128 MB    2000      128,000     500 KB")
        .contains("The paper's numbers agree but for rounding, except:")
        .contains("* GPT-2 Medium, LoRA r = 4: the formula gives 393,216 parameters");
  }

  @Test
  void printsJson() throws IOException {
    CommandRun run = CommandRun.of("table1", "--json");

    JsonNode root = new ObjectMapper().readTree(run.out());
    assertThat(root.get("rows")).hasSize(16);
    JsonNode row = root.get("rows").get(1);
    assertThat(row.at("/model").asText()).isEqualTo("RoBERTa Base");
    assertThat(row.at("/lora/parameters").asLong()).isEqualTo(294_912);
    assertThat(row.at("/fourierft/bytes").asLong()).isEqualTo(96_000);
    assertThat(row.at("/fourierft/bytes_printed").asText()).isEqualTo("94KB");
    assertThat(root.get("deviations")).hasSize(12);
  }
}
