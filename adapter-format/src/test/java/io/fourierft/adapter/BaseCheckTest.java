package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.adapter.BaseCheck.Weights;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BaseCheckTest {
  private final Adapter adapter = Samples.golden();
  private final Fingerprint made = adapter.baseModel().fingerprint();
  private final Map<String, LayerShapes.Shape> shapes = new HashMap<>();

  BaseCheckTest() {
    for (AdapterLayer layer : adapter.layers()) {
      shapes.put(layer.module(), new LayerShapes.Shape(layer.rows(), layer.cols()));
    }
  }

  @Test
  void theBaseItWasMadeForIsAccepted() {
    assertThatCode(() -> require(made, Weights.STRICT)).doesNotThrowAnyException();
    assertThatCode(() -> require(Fingerprint.unknown(), Weights.STRICT)).doesNotThrowAnyException();
  }

  @Test
  void otherWeightsAreRefusedUnlessForced() {
    Fingerprint other = new Fingerprint("bert", made.sizes(), "cd".repeat(32));
    assertThatThrownBy(() -> require(other, Weights.STRICT))
        .isInstanceOf(AdapterFormatException.WrongBase.class)
        .hasMessage(
            "base weights expected sha256 %s but found %s (a.fft)",
            "ab".repeat(32), "cd".repeat(32));
    assertThatCode(() -> require(other, Weights.FORCE)).doesNotThrowAnyException();
  }

  @Test
  void otherArchitecturesAndSizesAreRefusedEvenIfForced() {
    assertThatThrownBy(() -> require(new Fingerprint("gpt2", Map.of(), ""), Weights.FORCE))
        .isInstanceOf(AdapterFormatException.WrongBase.class)
        .hasMessage("base architecture expected bert but found gpt2 (a.fft)");
    Fingerprint larger = new Fingerprint("bert", Map.of("hidden_size", 16L), "");
    assertThatThrownBy(() -> require(larger, Weights.FORCE))
        .isInstanceOf(AdapterFormatException.WrongShape.class)
        .hasMessage("base hidden_size expected 8 but found 16 (a.fft)");
  }

  @Test
  void otherShapesAndMissingLayersAreRefusedEvenIfForced() {
    shapes.put("bert.pooler.dense", new LayerShapes.Shape(4, 8));
    assertThatThrownBy(() -> require(made, Weights.FORCE))
        .isInstanceOf(AdapterFormatException.WrongShape.class)
        .hasMessage("base bert.pooler.dense expected [8, 4] but found [4, 8] (a.fft)");
    shapes.remove("bert.pooler.dense");
    assertThatThrownBy(() -> require(made, Weights.FORCE))
        .isInstanceOf(AdapterFormatException.MissingLayer.class)
        .hasMessage(
            "base expected linear layers bert.pooler.dense but found none of the name (a.fft)");
    shapes.clear();
    assertThatThrownBy(() -> require(made, Weights.FORCE))
        .isInstanceOf(AdapterFormatException.MissingLayer.class)
        .hasMessageContaining("bert.encoder.layer.1.attention.self.value and 1 more but found");
  }

  @Test
  void theBasesFingerprintIsTakenOnlyForAnAdapterThatKnowsItsOwn() {
    BaseModel base = adapter.baseModel();
    BaseModel unknown = new BaseModel(base.id(), base.revision(), Fingerprint.unknown());
    Adapter other = adapter.toBuilder().baseModel(unknown).build();
    Fingerprint wrong = new Fingerprint("gpt2", Map.of(), "");
    LayerShapes all = LayerShapes.of(shapes);
    assertThatThrownBy(() -> BaseCheck.require(adapter, () -> wrong, all, Weights.STRICT, "a.fft"))
        .isInstanceOf(AdapterFormatException.WrongBase.class);
    assertThatCode(
            () ->
                BaseCheck.require(
                    other,
                    () -> {
                      throw new AssertionError("nothing to compare with");
                    },
                    all,
                    Weights.STRICT,
                    "a.fft"))
        .doesNotThrowAnyException();
  }

  private void require(Fingerprint found, Weights weights) throws AdapterFormatException {
    BaseCheck.require(adapter, found, LayerShapes.of(shapes), weights, "a.fft");
  }
}
