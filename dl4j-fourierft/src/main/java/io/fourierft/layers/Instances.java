package io.fourierft.layers;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes running layers of adapted configurations. */
final class Instances {
  private Instances() {}

  /** Where in its network a layer stands. */
  record Place(Collection<TrainingListener> listeners, int index, DataType dataType) {}

  static Layer of(
      FourierFtLayer layer,
      NeuralNetConfiguration configuration,
      Place place,
      INDArray parameters,
      boolean initialise,
      boolean bottom) {
    long count = SpectralParameters.base(layer);
    INDArray own = SpectralParameters.part(parameters, 0, count);
    Layer running = underneath(layer, configuration, place, own, initialise);
    Map<String, INDArray> added = SpectralParameters.added(layer, parameters, running.paramTable());
    configuration.clearVariables();
    running.conf().variables().forEach(configuration::addVariable);
    added.keySet().forEach(configuration::addVariable);
    if (bottom) {
      return new FrozenLayer(running);
    }
    AdaptedLayer.Parts parts = new AdaptedLayer.Parts(layer, running, parameters, added);
    return running instanceof IOutputLayer output
        ? new AdaptedOutputLayer(parts, output)
        : new AdaptedLayer(parts);
  }

  private static Layer underneath(
      FourierFtLayer layer,
      NeuralNetConfiguration configuration,
      Place place,
      INDArray parameters,
      boolean initialise) {
    NeuralNetConfiguration inner = layer.inner(configuration);
    if (!(layer.getUnderlying() instanceof SameDiffLayer sameDiff)) {
      return layer
          .getUnderlying()
          .instantiate(
              inner, place.listeners(), place.index(), parameters, initialise, place.dataType());
    }
    SwappedSameDiffLayer running = new SwappedSameDiffLayer(inner, place.dataType());
    running.setIndex(place.index());
    running.setParamsViewArray(parameters);
    running.setParamTable(sameDiff.initializer().init(inner, parameters, initialise));
    return running;
  }
}
