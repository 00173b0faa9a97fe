/**
 * Figure 7 of the paper (Appendix C.2): eight clusters of points, one hidden layer of which LoRA
 * and FourierFT train as many parameters each.
 *
 * <p>Entry point: {@link io.fourierft.samples.figure7.FigureSeven#run}. Values are immutable;
 * trainings run on the calling thread.
 */
package io.fourierft.samples.figure7;
