/**
 * Model blocks, written once over a small set of primitive operations.
 *
 * <p>A {@link io.fourierft.engine.Network} describes a model's forward pass against {@link
 * io.fourierft.engine.Ops}. {@code SameDiffOps} turns that description into a SameDiff graph, which
 * users receive, save and extend; {@code DirectOps} executes it at once, forward and backward, on
 * an arena of reused buffers, which is what training and serving run. Both compute the same
 * function.
 *
 * <p>Networks and specifications are immutable and safe to share; executors and arenas belong to
 * one thread at a time.
 */
package io.fourierft.engine;
