package io.fourierft.samples.table1;

import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.weights.ModelFormatException;

/**
 * What the table needs to know of a base model.
 *
 * @param hidden width of the hidden states: query and value are hidden x hidden matrices
 * @param blocks transformer blocks, with one query and one value each
 */
public record ModelShape(int hidden, int blocks) {

  /**
   * Reads the configuration of any family.
   *
   * @param config a Hugging Face config.json
   * @return the sizes
   * @throws ModelFormatException if a size is missing or no positive integer
   */
  public static ModelShape of(ConfigFile config) throws ModelFormatException {
    return new ModelShape(
        config.size("hidden_size", "n_embd"), config.size("num_hidden_layers", "n_layer"));
  }

  /**
   * Adapted matrices.
   *
   * @return two for each block
   */
  public int matrices() {
    return 2 * blocks;
  }

  /**
   * Parameters that LoRA trains: A and B of each matrix.
   *
   * @param rank r
   * @return {@code 2 d L r}
   */
  public long lora(int rank) {
    return 2L * hidden * matrices() * rank;
  }

  /**
   * Parameters that FourierFT trains.
   *
   * @param n coefficients of each matrix
   * @return {@code n L}
   */
  public long fourier(int n) {
    return (long) n * matrices();
  }
}
