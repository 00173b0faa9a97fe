/**
 * WordNet 3.1 noun glosses as a text classification task.
 *
 * <p>{@link io.fourierft.samples.wordnet.WordNetGlosses} reads them from the class path. Stateless.
 */
package io.fourierft.samples.wordnet;
