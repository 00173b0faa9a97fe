package io.fourierft.importer.bert;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BertNetworkTest {

  @Test
  void refusesTokensAndPositionsThatItHasNoEmbeddingFor() throws IOException {
    try (PretrainedModel model = MiniLm.load(Head.features());
        DirectModel direct = DirectModel.of(model.network(), model.parameters())) {
      Inputs unknown = Inputs.tokens(new int[][] {{101, 30522}}, new int[][] {{1, 1}});
      assertThatThrownBy(() -> direct.forward(unknown))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("30522");
      Inputs negative = Inputs.tokens(new int[][] {{101, -1}}, new int[][] {{1, 1}});
      assertThatThrownBy(() -> direct.forward(negative)).hasMessageContaining("-1");
      Inputs tooLong = Inputs.tokens(new int[1][513], new int[1][513]);
      assertThatThrownBy(() -> direct.forward(tooLong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("51");
      Inputs types = Inputs.tokens(new int[][] {{101}}, new int[][] {{1}}, new int[][] {{2}});
      assertThatThrownBy(() -> direct.forward(types))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2");
    }
  }
}
