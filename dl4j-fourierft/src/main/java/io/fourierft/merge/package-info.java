/**
 * Adapters added to the weights of their base, as a model directory that needs no adapter any more.
 * Entry point: {@link io.fourierft.merge.MergedCheckpoint}.
 *
 * <p>Thread safety: stateless; a merge runs on the thread that asks for it.
 */
package io.fourierft.merge;
