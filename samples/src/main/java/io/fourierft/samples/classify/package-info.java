/**
 * Text classification with a model and a tokenizer: encoding, running in batches, answering.
 *
 * <p>{@link io.fourierft.samples.classify.AdapterClassifier} answers with categories and their
 * probabilities. A classifier belongs to one thread; everything else is immutable.
 */
package io.fourierft.samples.classify;
