/**
 * Text to token ids and back.
 *
 * <p>{@link io.fourierft.text.HfTokenizer} reads a Hugging Face {@code tokenizer.json}; what it
 * makes is an {@link io.fourierft.text.Encoded} text, and {@link io.fourierft.text.Padding} joins
 * several to a batch for a model. Tokenizers may be used by several threads at once; whoever opens
 * one closes it.
 */
package io.fourierft.text;
