package io.fourierft.importer;

import io.fourierft.engine.Activation;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Map;
import java.util.TreeSet;

/** Hugging Face's names of the activation functions. */
public final class Activations {
  private static final Map<String, Activation> BY_NAME =
      Map.ofEntries(
          Map.entry("gelu", Activation.GELU),
          Map.entry("gelu_python", Activation.GELU),
          Map.entry("gelu_new", Activation.GELU_TANH),
          Map.entry("gelu_pytorch_tanh", Activation.GELU_TANH),
          Map.entry("gelu_python_tanh", Activation.GELU_TANH),
          Map.entry("gelu_accurate", Activation.GELU_TANH),
          Map.entry("gelu_fast", Activation.GELU_TANH),
          Map.entry("quick_gelu", Activation.GELU_QUICK),
          Map.entry("gelu_10", Activation.GELU_CLIPPED),
          Map.entry("relu", Activation.RELU),
          Map.entry("relu6", Activation.RELU6),
          Map.entry("relu2", Activation.RELU_SQUARED),
          Map.entry("leaky_relu", Activation.LEAKY_RELU),
          Map.entry("silu", Activation.SILU),
          Map.entry("swish", Activation.SILU),
          Map.entry("hardswish", Activation.HARD_SWISH),
          Map.entry("mish", Activation.MISH),
          Map.entry("tanh", Activation.TANH),
          Map.entry("sigmoid", Activation.SIGMOID),
          Map.entry("laplace", Activation.LAPLACE),
          Map.entry("linear", Activation.LINEAR));

  private Activations() {}

  /**
   * Looks an activation up.
   *
   * @param name Hugging Face's name
   * @param where the file and key that hold the name, for the message
   * @return the activation
   * @throws ModelFormatException if it is none of the known ones
   */
  public static Activation named(String name, String where) throws ModelFormatException {
    Activation activation = BY_NAME.get(name);
    if (activation == null) {
      throw new ModelFormatException(
          "activation expected one of "
              + new TreeSet<>(BY_NAME.keySet())
              + " but found "
              + name
              + " ("
              + where
              + ")");
    }
    return activation;
  }
}
