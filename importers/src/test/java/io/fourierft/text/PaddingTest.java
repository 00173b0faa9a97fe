package io.fourierft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.engine.Inputs;
import io.fourierft.engine.SameDiffModel;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PaddingTest {
  private static final List<String> NAMES =
      List.of(SameDiffModel.INPUT_IDS, SameDiffModel.ATTENTION_MASK, SameDiffModel.TOKEN_TYPE_IDS);
  private static final List<Encoded> ROWS =
      List.of(
          new Encoded(new int[] {5, 6}, new int[] {0, 1}),
          new Encoded(new int[] {7, 8, 9}, new int[] {0, 0, 1}));

  @Test
  void fillsUpAfterTheText() {
    Map<String, int[]> columns = columns(Padding.RIGHT.batch(ROWS, 1));
    assertThat(columns.get(SameDiffModel.INPUT_IDS)).containsExactly(5, 6, 1, 7, 8, 9);
    assertThat(columns.get(SameDiffModel.ATTENTION_MASK)).containsExactly(1, 1, 0, 1, 1, 1);
    assertThat(columns.get(SameDiffModel.TOKEN_TYPE_IDS)).containsExactly(0, 1, 0, 0, 0, 1);
  }

  @Test
  void fillsUpBeforeTheText() {
    Map<String, int[]> columns = columns(Padding.LEFT.batch(ROWS, 1));
    assertThat(columns.get(SameDiffModel.INPUT_IDS)).containsExactly(1, 5, 6, 7, 8, 9);
    assertThat(columns.get(SameDiffModel.ATTENTION_MASK)).containsExactly(0, 1, 1, 1, 1, 1);
    assertThat(columns.get(SameDiffModel.TOKEN_TYPE_IDS)).containsExactly(0, 0, 1, 0, 0, 1);
  }

  @Test
  void refusesABatchWithoutTokens() {
    assertThatThrownBy(() -> Padding.RIGHT.batch(List.of(), 0))
        .hasMessageContaining("expected at least one token but found none");
  }

  private static Map<String, int[]> columns(Inputs inputs) {
    SameDiff graph = SameDiff.create();
    NAMES.forEach(name -> graph.placeHolder(name, DataType.INT32, -1, -1));
    Map<String, INDArray> arrays = SameDiffModel.placeholders(graph, inputs);
    try {
      return Map.of(
          SameDiffModel.INPUT_IDS, arrays.get(SameDiffModel.INPUT_IDS).ravel().toIntVector(),
          SameDiffModel.ATTENTION_MASK,
              arrays.get(SameDiffModel.ATTENTION_MASK).ravel().toIntVector(),
          SameDiffModel.TOKEN_TYPE_IDS,
              arrays.get(SameDiffModel.TOKEN_TYPE_IDS).ravel().toIntVector());
    } finally {
      arrays.values().forEach(INDArray::close);
    }
  }
}
