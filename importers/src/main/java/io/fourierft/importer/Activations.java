package io.fourierft.importer;

import io.fourierft.engine.Activation;
import io.fourierft.importer.weights.ModelFormatException;
import java.util.Map;
import java.util.TreeSet;

/** Hugging Face's names of the activation functions. */
public final class Activations {
  private static final Map<String, Activation> BY_NAME =
      Map.of(
          "gelu", Activation.GELU,
          "gelu_python", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH,
          "gelu_fast", Activation.GELU_TANH,
          "relu", Activation.RELU,
          "silu", Activation.SILU,
          "swish", Activation.SILU,
          "tanh", Activation.TANH);

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
