package io.fourierft.lora;

import io.fourierft.peft.LoraFactors;

/**
 * The best factors of a rank for one weight change.
 *
 * @param factors {@code B A}, which stands for dW
 * @param norm {@code |dW|} in the Frobenius norm
 * @param error {@code |dW - B A| / |dW|} in the Frobenius norm, 0 to 1; 0 where dW is zero
 */
public record LoraLayer(LoraFactors factors, double norm, double error) {
  /**
   * Returns the layer.
   *
   * @return its module path
   */
  public String module() {
    return factors.module();
  }
}
