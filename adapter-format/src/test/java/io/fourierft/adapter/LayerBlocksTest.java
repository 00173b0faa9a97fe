package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.fourierft.adapter.proto.LayerBlockMessage;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayerBlocksTest {
  @Test
  void layersInTurnMakeOneBlock() throws AdapterFormatException {
    check(List.of("h.0.q", "h.0.v", "h.1.q", "h.1.v", "h.2.q", "h.2.v"), "h.#.q h.#.v x3@0");
  }

  @Test
  void oneModuleAfterTheOtherMakesOneBlockEach() throws AdapterFormatException {
    check(List.of("h.3.q", "h.4.q", "h.3.v", "h.4.v"), "h.#.q x2@3", "h.#.v x2@3");
  }

  @Test
  void onlyTheFirstNumberCounts() throws AdapterFormatException {
    check(List.of("l.0.e.0.w", "l.0.e.1.w", "l.1.e.0.w", "l.1.e.1.w"), "l.#.e.0.w l.#.e.1.w x2@0");
  }

  @Test
  void namesWithoutPlainNumbersAreKeptLiterally() throws AdapterFormatException {
    check(
        List.of("a", "b.c", "d.#.1", "e.007", "f.12345678901"),
        "a b.c d.#.1 e.007 f.12345678901 x0@0");
    check(List.of("12", "13"), "# x2@12");
  }

  @Test
  void orderIsKeptWhateverItIs() throws AdapterFormatException {
    check(
        List.of("h.0.q", "h.1.q", "h.10.q", "h.11.q", "h.2.q", "x", "h.3.q"),
        "h.#.q x2@0",
        "h.#.q x2@10",
        "h.#.q x1@2",
        "x x0@0",
        "h.#.q x1@3");
  }

  @Test
  void layersOfAnotherShapeOrCountBeginABlock() throws AdapterFormatException {
    List<AdapterLayer> layers =
        List.of(
            Samples.layer("h.0.q", 4, 4, 1, 2),
            Samples.layer("h.1.q", 4, 4, 3, 4),
            Samples.layer("h.2.q", 4, 5, 5, 6),
            Samples.layer("h.3.q", 4, 5, 7));
    List<LayerBlockMessage> blocks = LayerBlocks.encode(layers, StorageType.F32);
    assertThat(blocks).extracting(LayerBlockMessage::getCount).containsExactly(2, 1, 1);
    assertThat(LayerBlocks.decode(blocks, "x")).isEqualTo(layers);
  }

  private static void check(List<String> modules, String... expected)
      throws AdapterFormatException {
    List<AdapterLayer> layers =
        modules.stream().map(module -> Samples.layer(module, 4, 4, module.hashCode())).toList();
    List<LayerBlockMessage> blocks = LayerBlocks.encode(layers, StorageType.F32);
    assertThat(blocks.stream().map(LayerBlocksTest::text)).containsExactly(expected);
    assertThat(LayerBlocks.decode(blocks, "x")).isEqualTo(layers);
  }

  private static String text(LayerBlockMessage block) {
    String[] names =
        block.getPartsList().stream().map(part -> part.getModule()).toArray(String[]::new);
    return String.join(" ", Arrays.asList(names))
        + " x"
        + block.getCount()
        + "@"
        + block.getFirst();
  }
}
