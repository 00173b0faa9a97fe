package io.fourierft.layers;

import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;

/** Says why a layer cannot be adapted. */
final class Refusals {
  private static final String KINDS =
      "a dense, output, embedding, convolution (1-D, 2-D) or self-attention layer";

  private Refusals() {}

  /** Entries for a layer's weight; what is wrong with them names the layer. */
  static Entries entries(String layer, EntryRule rule, int rows, int cols, int n) {
    try {
      return Entries.of(rule, rows, cols, n);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " (layer " + layer + ")", e);
    }
  }

  static String kind(Layer layer) {
    return "layer expected "
        + KINDS
        + " but found "
        + layer.getClass().getSimpleName()
        + " ("
        + layer.getLayerName()
        + "): "
        + reason(layer);
  }

  private static String reason(Layer layer) {
    if (layer instanceof SelfAttentionLayer) {
      return "without projectInput it has no weight matrices";
    }
    if (layer instanceof FrozenLayer) {
      return "the network itself freezes it";
    }
    if (layer instanceof ConvolutionLayer) {
      return "its kernel is not one matrix of output by input features";
    }
    return layer.initializer().numParams(layer) == 0
        ? "it has no parameters"
        : "which of its parameters are weight matrices is not known";
  }
}
