/**
 * FourierFT over SameDiff graphs that exist already: finds their weights, puts the weight change
 * between a weight and the operations that use it, and takes it out again.
 *
 * <p>Entry point: {@link io.fourierft.FourierFt#attach(org.nd4j.autodiff.samediff.SameDiff,
 * io.fourierft.FourierOptions)}. An adapted graph is for one thread at a time while it is changed;
 * running it is as thread safe as SameDiff is.
 */
package io.fourierft.graph;
