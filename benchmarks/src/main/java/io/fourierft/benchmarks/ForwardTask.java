package io.fourierft.benchmarks;

import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;

/** One forward pass of the base model without gradients. */
final class ForwardTask implements Task {
  private final PretrainedModel base;
  private final DirectModel model;
  private final Inputs inputs;

  private ForwardTask(PretrainedModel base, Inputs inputs) {
    this.base = base;
    this.model = DirectModel.of(base.network(), base.parameters());
    this.inputs = inputs;
  }

  static ForwardTask of(Spec spec) throws IOException {
    return new ForwardTask(Importers.load(spec.model()), StepTask.inputs(spec));
  }

  @Override
  public double run() {
    return model.forward(inputs).getDouble(0, 0);
  }

  @Override
  public void close() {
    model.close();
    base.close();
  }
}
