package io.fourierft.train;

import java.util.List;

/**
 * How a training went.
 *
 * @param losses mean loss of each optimiser step
 * @param seconds time it took
 * @param examples examples seen
 * @param stopped whether it was stopped before its end
 */
public record TrainReport(List<Double> losses, double seconds, long examples, boolean stopped) {

  public TrainReport {
    losses = List.copyOf(losses);
  }
}
