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
          Map.entry("relu", Activation.RELU),
          Map.entry("silu", Activation.SILU),
          Map.entry("swish", Activation.SILU),
          Map.entry("tanh", Activation.TANH));

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
