package io.fourierft;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import java.util.List;

/** Attaches FourierFT deltas to models. */
public final class FourierFt {
  private FourierFt() {}

  /**
   * Puts a delta over each target module of a model. The weights themselves are never written;
   * closing the result takes the deltas away again.
   *
   * @param linears the model's linear modules
   * @param parameters the model's parameters, as one adapter sees them (see {@link
   *     Parameters#share})
   * @param options the method's settings
   * @param head names of parameters to train in full, such as {@code classifier.weight}
   * @return the adapted model
   */
  public static AdaptedModel attach(
      List<Linear> linears, Parameters parameters, FourierOptions options, List<String> head) {
    return AdaptedModel.attach(linears, parameters, options, head);
  }
}
