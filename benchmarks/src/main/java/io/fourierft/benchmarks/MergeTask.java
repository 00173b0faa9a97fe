package io.fourierft.benchmarks;

import io.fourierft.AdaptedModel;
import io.fourierft.adapter.Adapter;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;
import java.util.List;

/** Reads an adapter from its folder and computes the merged weight of every adapted module. */
final class MergeTask implements Task {
  private final Spec spec;
  private final PretrainedModel base;

  MergeTask(Spec spec) throws IOException {
    this.spec = spec;
    this.base = Importers.load(spec.model());
  }

  @Override
  public double run() throws IOException {
    Adapter adapter = Adapters.read(spec, base);
    try (AdaptedModel adapted = Adapters.attach(base, adapter, List.of())) {
      adapted.mergeAndDetach();
    }
    return adapter.layers().get(0).coefficients()[0];
  }

  @Override
  public void close() {
    base.close();
  }
}
