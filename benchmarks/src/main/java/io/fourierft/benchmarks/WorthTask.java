package io.fourierft.benchmarks;

import io.fourierft.delta.Delta;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Up to how many tokens between two changes of the coefficients a layer's weight change is applied
 * per token, so that no matrix is made.
 */
final class WorthTask implements Task {
  private final Spec spec;

  WorthTask(Spec spec) {
    this.spec = spec;
  }

  @Override
  public double run() {
    Entries entries = Entries.of(EntryRule.seeded(777), spec.size(), spec.size(), spec.n());
    try (Delta delta = Delta.of(entries, DeltaOptions.fourier(), DataType.FLOAT)) {
      return delta.tokensWorth();
    }
  }

  @Override
  public void close() {
    // nothing is held
  }
}
