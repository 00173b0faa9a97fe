package io.fourierft.peft;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fourierft.adapter.AdapterFormatException;
import java.nio.charset.StandardCharsets;

/** Feeds arbitrary configurations to the reader; run as {@code AdapterFuzzTest} says. */
public class PeftFuzzTest {
  @FuzzTest(maxDuration = "10m")
  public void configuration(byte[] bytes) {
    try {
      PeftConfig config = PeftConfig.parse(bytes, "fuzz");
      config.frequencies("bert.encoder.layer.0.attention.self.query");
      String text = config.text();
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      assertThat(PeftConfig.parse(again, "fuzz again").text()).isEqualTo(text);
    } catch (AdapterFormatException e) {
      assertThat(e).hasMessageContaining("fuzz").hasMessageNotContaining("again");
    }
  }
}
