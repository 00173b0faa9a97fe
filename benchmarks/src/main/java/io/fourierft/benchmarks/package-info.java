/**
 * Our side of {@code benchmarks/run}: a process that prepares one task and then repeats it when
 * told to, so that both sides of a comparison can take turns.
 *
 * <p>Entry point: {@link io.fourierft.benchmarks.Worker}. One thread.
 */
package io.fourierft.benchmarks;
