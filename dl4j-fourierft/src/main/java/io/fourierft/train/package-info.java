/**
 * Training: batches, optimiser, schedule, the loop, its checkpoints and its report.
 *
 * <p>Entry point: {@link io.fourierft.train.FineTuner}. What learns is a {@link
 * io.fourierft.train.Tuning}: spectral deltas, or a head alone. Values are immutable; a fine-tuner
 * and its model serve one thread, except for {@link io.fourierft.train.FineTuner#stop}.
 */
package io.fourierft.train;
