package io.fourierft;

/**
 * Numbers of parameters of an adapted model.
 *
 * @param trainable those that train: coefficients of the active adapter and parameters trained in
 *     full
 * @param total those of the base model, and the coefficients of all adapters
 */
public record ParameterCount(long trainable, long total) {

  /**
   * What PEFT prints about a model.
   *
   * @return both numbers and their ratio
   */
  @Override
  public String toString() {
    return String.format(
        "trainable params: %,d || all params: %,d || trainable%%: %.4f",
        trainable, total, 100.0 * trainable / total);
  }
}
