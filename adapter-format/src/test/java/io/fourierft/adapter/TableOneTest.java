package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Adapter sizes against the paper's Table 1, in KiB as printed there. The table counts the numbers
 * alone, as F32; names and frame take at most 256 bytes on top. Its RoBERTa-large row is below four
 * bytes per number (GPT-2 medium has the same 48,000 and 188), so that row is met by F16 only; its
 * ViT rows of n = 10,000 print 934 KB and 1.83 MB for 937.5 and 1,875 KiB.
 */
class TableOneTest {
  private static final int FRAME_AND_NAMES = 256;

  @ParameterizedTest
  @CsvSource({
    "roberta-base, roberta.encoder.layer.%d.attention.self.query, 12, 768, 1000, 94",
    "roberta-large, roberta.encoder.layer.%d.attention.self.query, 24, 1024, 1000, 183",
    "gpt2-medium, transformer.h.%d.attn.q, 24, 1024, 500, 94",
    "gpt2-medium, transformer.h.%d.attn.q, 24, 1024, 1000, 188",
    "gpt2-large, transformer.h.%d.attn.q, 36, 1280, 500, 141",
    "gpt2-large, transformer.h.%d.attn.q, 36, 1280, 1000, 282",
    "meta-llama/Llama-2-7b-hf, model.layers.%d.self_attn.q_proj, 32, 4096, 1000, 250",
    "meta-llama/Llama-2-7b-hf, model.layers.%d.self_attn.q_proj, 32, 4096, 2000, 500",
    "meta-llama/Llama-2-13b-hf, model.layers.%d.self_attn.q_proj, 40, 5120, 1000, 312",
    "meta-llama/Llama-2-13b-hf, model.layers.%d.self_attn.q_proj, 40, 5120, 2000, 625",
    "google/vit-base, vit.encoder.layer.%d.attention.attention.query, 12, 768, 3000, 281",
    "google/vit-base, vit.encoder.layer.%d.attention.attention.query, 12, 768, 10000, 938",
    "google/vit-large, vit.encoder.layer.%d.attention.attention.query, 24, 1024, 3000, 563",
    "google/vit-large, vit.encoder.layer.%d.attention.attention.query, 24, 1024, 10000, 1875",
  })
  void filesTakeWhatTheirNumbersTake(
      String base, String module, int depth, int side, int n, int row) {
    String value = module.replaceAll("q$", "v").replaceAll("q_proj$", "v_proj");
    List<String> modules = List.of(module, value.replaceAll("query$", "value"));
    Adapter adapter = Samples.deep(base, depth, modules, side, n);

    long f32 = AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32).length;
    long f16 = AdapterFiles.toBytes(adapter, StorageType.F16, StorageType.F32).length;

    System.out.printf(
        "%s, n = %d: %.1f KiB, as F16 %.1f KiB, Table 1 %d%n",
        base, n, f32 / 1024.0, f16 / 1024.0, row);
    long numbers = 2L * depth * n;
    assertThat(f32).isLessThanOrEqualTo(4 * numbers + FRAME_AND_NAMES);
    assertThat(f16).isLessThanOrEqualTo(2 * numbers + FRAME_AND_NAMES);
    assertThat(f16).isLessThanOrEqualTo(row * 1024L);
    if (!base.equals("roberta-large")) {
      assertThat(f32).isLessThanOrEqualTo(row * 1024L + 512 + FRAME_AND_NAMES);
    }
  }
}
