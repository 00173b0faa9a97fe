/**
 * GPT-2 (Radford et al., 2019) and what shares its architecture.
 *
 * <p>{@link io.fourierft.importer.gpt2.Gpt2Importer} makes a model out of a {@link
 * io.fourierft.importer.weights.WeightSource} and a {@link io.fourierft.importer.gpt2.Gpt2Config}.
 * Everything but the loaded model is immutable.
 */
package io.fourierft.importer.gpt2;
