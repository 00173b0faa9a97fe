/**
 * Text generation with a decoder: prompts in, continuations out, through a key-value cache.
 *
 * <p>Entry point: {@link io.fourierft.generate.TokenGenerator}. The rules (order of the filters,
 * when beam search ends) are those of Hugging Face transformers 5.17. Everything here works on
 * token ids; texts belong to a tokenizer. A generator serves one thread at a time; options are
 * immutable.
 */
package io.fourierft.generate;
