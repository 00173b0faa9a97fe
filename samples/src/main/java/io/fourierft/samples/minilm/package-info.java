/**
 * all-MiniLM-L6-v2, the pretrained encoder that Maven Central has.
 *
 * <p>{@link io.fourierft.samples.minilm.MiniLm} loads its weights and its tokenizer from the class
 * path. Stateless.
 */
package io.fourierft.samples.minilm;
