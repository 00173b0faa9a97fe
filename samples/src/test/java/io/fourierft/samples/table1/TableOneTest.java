package io.fourierft.samples.table1;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.importer.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableOneTest {
  private static final String MIXED = ", as if 1 MB were 1,000 x 1,024 bytes";

  @ParameterizedTest
  @CsvSource({
    "0, RoBERTa Base, 147456, 4800",
    "1, RoBERTa Base, 294912, 24000",
    "2, RoBERTa Large, 393216, 9600",
    "3, RoBERTa Large, 786432, 48000",
    "4, GPT-2 Medium, 393216, 24000",
    "5, GPT-2 Medium, 786432, 48000",
    "6, GPT-2 Large, 737280, 36000",
    "7, GPT-2 Large, 1474560, 72000",
    "8, LLaMA-2 7B, 8388608, 64000",
    "9, LLaMA-2 7B, 33554432, 128000",
    "10, LLaMA-2 13B, 13107200, 80000",
    "11, LLaMA-2 13B, 52428800, 160000",
    "12, ViT Base, 294912, 72000",
    "13, ViT Base, 589824, 240000",
    "14, ViT Large, 786432, 144000",
    "15, ViT Large, 1572864, 480000"
  })
  void everyRowFollowsFromTheConfiguration(int index, String model, long lora, long fourier)
      throws IOException {
    Row row = TableOne.compute().rows().get(index);
    assertThat(row.model()).isEqualTo(model);
    assertThat(row.lora()).isEqualTo(lora);
    assertThat(row.loraBytes()).isEqualTo(4 * lora);
    assertThat(row.fourier()).isEqualTo(fourier);
    assertThat(row.fourierBytes()).isEqualTo(4 * fourier);
  }

  @Test
  void thePapersNumbersAgreeButForTheseKnownOnes() throws IOException {
    TableOne table = TableOne.compute();
    assertThat(table.rows()).hasSize(16);
    assertThat(table.deviations())
        .containsExactly(
            "RoBERTa Base, FourierFT n = 1000: "
                + "the paper prints n = 200 beside its 24K parameters",
            "RoBERTa Large, FourierFT n = 200: "
                + "9,600 parameters take 37.5 KB, the paper prints 36.5KB",
            "RoBERTa Large, FourierFT n = 1000: "
                + "48,000 parameters take 188 KB, the paper prints 183KB",
            "GPT-2 Medium, LoRA r = 4: "
                + "the formula gives 393,216 parameters, the paper prints 350K",
            "GPT-2 Large, LoRA r = 8: "
                + "1,474,560 parameters take 5.63 MB, the paper prints 5.74MB"
                + MIXED,
            "GPT-2 Large, FourierFT n = 1000: "
                + "72,000 parameters take 281 KB, the paper prints 282KB",
            "LLaMA-2 7B, LoRA r = 16: "
                + "8,388,608 parameters take 32.00 MB, the paper prints 32.8MB"
                + MIXED,
            "LLaMA-2 7B, LoRA r = 64: "
                + "33,554,432 parameters take 128 MB, the paper prints 131.1MB"
                + MIXED,
            "LLaMA-2 13B, LoRA r = 16: "
                + "13,107,200 parameters take 50.00 MB, the paper prints 51.2MB"
                + MIXED,
            "LLaMA-2 13B, LoRA r = 64: "
                + "52,428,800 parameters take 200 MB, the paper prints 204.8MB"
                + MIXED,
            "ViT Base, FourierFT n = 10000: "
                + "the formula gives 240,000 parameters, the paper prints 239K",
            "ViT Large, LoRA r = 8: " + "786,432 parameters take 3.00 MB, the paper prints 2.93MB");
  }

  @ParameterizedTest
  @CsvSource({
    "147K, 147456, true",
    "147K, 146499, false",
    "350K, 393216, false",
    "1.13MB, 1179648, true",
    "94KB, 96000, true",
    "183KB, 192000, false",
    "33.5M, 33554432, true",
    "312KB, 320000, true"
  })
  void aPrintedNumberIsComparedByItsLastDigit(String text, double exact, boolean agrees) {
    assertThat(new Printed(text).rounds(exact)).isEqualTo(agrees);
  }

  @ParameterizedTest
  @CsvSource({
    "roberta-base, 768, 12",
    "roberta-large, 1024, 24",
    "gpt2-medium, 1024, 24",
    "gpt2-large, 1280, 36",
    "Llama-2-7b-chat-hf, 4096, 32",
    "vit-base-patch16-224, 768, 12"
  })
  void publishedConfigurationsHaveTheSameSizes(String name, int hidden, int blocks)
      throws IOException {
    Path file = Path.of(System.getProperty("fourierft.data"), "configs", name + ".config.json");
    Assumptions.assumeTrue(Files.exists(file), () -> "data expected but absent: " + file);
    assertThat(ModelShape.of(ConfigFile.read(file))).isEqualTo(new ModelShape(hidden, blocks));
  }
}
