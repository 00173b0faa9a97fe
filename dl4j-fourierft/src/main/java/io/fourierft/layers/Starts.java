package io.fourierft.layers;

import io.fourierft.FourierOptions;
import io.fourierft.adapter.SpectrumInit;
import java.util.Map;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Sets coefficients to where training begins. */
final class Starts {
  private Starts() {}

  static void set(Host<?> host, Map<String, LayerAdapter> adapter, FourierOptions options) {
    SplittableRandom random = new SplittableRandom(options.initSeed());
    for (Host.Site site : host.sites()) {
      LayerAdapter part = adapter.get(site.name());
      if (part == null) {
        continue;
      }
      for (String weight : part.spectra().keySet()) {
        INDArray coefficients = site.running().getParam(part.parameter(weight));
        if (options.init() == SpectrumInit.GAUSSIAN) {
          gaussian(coefficients, random);
        } else {
          coefficients.assign(0);
        }
      }
    }
  }

  private static void gaussian(INDArray coefficients, SplittableRandom random) {
    double[] values = new double[(int) coefficients.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    try (INDArray start = Nd4j.createFromArray(values)) {
      coefficients.assign(start);
    }
  }
}
