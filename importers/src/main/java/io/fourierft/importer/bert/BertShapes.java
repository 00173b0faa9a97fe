package io.fourierft.importer.bert;

import io.fourierft.engine.Activation;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.importer.weights.TensorInfo;
import io.fourierft.importer.weights.WeightSource;
import java.util.List;

/**
 * Reads a configuration off the tensors' shapes, for files that come without a config.json, such as
 * ONNX exports. What shapes cannot tell, the number of heads above all, the caller says.
 */
public final class BertShapes {
  private static final String LAYER = "encoder.layer.";

  private BertShapes() {}

  /**
   * The configuration of a BERT file, with BERT's own choices for what no shape tells: exact GELU,
   * epsilon 1e-12, padding id 0.
   *
   * @param source the file
   * @param heads attention heads per layer
   * @return the configuration
   * @throws ModelFormatException if the file lacks a table or layer that the sizes are read from
   */
  public static BertConfig bert(WeightSource source, int heads) throws ModelFormatException {
    String prefix = BertNames.prefixIn(source, BertConfig.Variant.BERT);
    List<Long> words = shape(source, prefix + "embeddings.word_embeddings.weight");
    int hidden = Math.toIntExact(words.get(1));
    if (heads <= 0 || hidden % heads != 0) {
      throw new IllegalArgumentException(
          "attention heads expected a divisor of the hidden size "
              + hidden
              + " but found "
              + heads
              + " ("
              + source.origin()
              + ")");
    }
    return new BertConfig(
        BertConfig.Variant.BERT,
        Math.toIntExact(words.get(0)),
        hidden,
        layers(source, prefix + LAYER),
        heads,
        rows(source, prefix + LAYER + "0.intermediate.dense.weight"),
        Activation.GELU,
        rows(source, prefix + "embeddings.position_embeddings.weight"),
        rows(source, prefix + "embeddings.token_type_embeddings.weight"),
        1e-12,
        0,
        true,
        false);
  }

  private static int layers(WeightSource source, String prefix) {
    int layers = 0;
    while (source.tensors().containsKey(prefix + layers + ".intermediate.dense.weight")) {
      layers++;
    }
    return layers;
  }

  private static int rows(WeightSource source, String name) throws ModelFormatException {
    return Math.toIntExact(shape(source, name).get(0));
  }

  private static List<Long> shape(WeightSource source, String name) throws ModelFormatException {
    TensorInfo info = source.tensors().get(name);
    if (info == null || info.shape().size() != 2 || info.shape().contains(0L)) {
      throw new ModelFormatException(
          "BERT weights expected a matrix named "
              + name
              + " but found "
              + (info == null
                  ? "none among " + source.tensors().size() + " tensors"
                  : "shape " + info.shape())
              + " ("
              + source.origin()
              + ")");
    }
    return info.shape();
  }
}
