/**
 * LLaMA (Touvron et al., 2023) in its releases 1, 2 and 3, and what shares its architecture.
 *
 * <p>{@link io.fourierft.importer.llama.LlamaImporter} makes a model out of a {@link
 * io.fourierft.importer.weights.WeightSource} and a {@link
 * io.fourierft.importer.llama.LlamaConfig}. Everything but the loaded model is immutable.
 */
package io.fourierft.importer.llama;
