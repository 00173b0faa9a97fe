package io.fourierft.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lays out the parameters of an adapted layer: those of the layer underneath, then the spectra. */
enum SpectralParameters implements ParamInitializer {
  INSTANCE;

  @Override
  public long numParams(NeuralNetConfiguration configuration) {
    return numParams(configuration.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    FourierFtLayer adapted = (FourierFtLayer) layer;
    long count = base(adapted);
    for (int n : adapted.spectra().values()) {
      count += n;
    }
    return count;
  }

  /** Number of parameters of the layer underneath. */
  static long base(FourierFtLayer layer) {
    return layer.getUnderlying().initializer().numParams(layer.getUnderlying());
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return withSpectra(layer, inner(layer).paramKeys(underlying(layer)));
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return withSpectra(layer, inner(layer).weightKeys(underlying(layer)));
  }

  private static List<String> withSpectra(Layer layer, List<String> keys) {
    List<String> all = new ArrayList<>(keys);
    all.addAll(((FourierFtLayer) layer).spectra().keySet());
    return all;
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return inner(layer).biasKeys(underlying(layer));
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  private static Layer underlying(Layer layer) {
    return ((FourierFtLayer) layer).getUnderlying();
  }

  private static ParamInitializer inner(Layer layer) {
    return underlying(layer).initializer();
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration configuration, INDArray view, boolean initialise) {
    FourierFtLayer layer = (FourierFtLayer) configuration.getLayer();
    NeuralNetConfiguration inner = layer.inner(configuration);
    Map<String, INDArray> all =
        new LinkedHashMap<>(inner(layer).init(inner, part(view, 0, base(layer)), initialise));
    all.putAll(spectra(layer, view));
    return all;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration configuration, INDArray view) {
    FourierFtLayer layer = (FourierFtLayer) configuration.getLayer();
    NeuralNetConfiguration inner = layer.inner(configuration);
    Map<String, INDArray> all =
        new LinkedHashMap<>(
            inner(layer).getGradientsFromFlattened(inner, part(view, 0, base(layer))));
    all.putAll(spectra(layer, view));
    return all;
  }

  /** The coefficients within an adapted layer's parameters, or their gradients. */
  static Map<String, INDArray> spectra(FourierFtLayer layer, INDArray view) {
    Map<String, INDArray> parts = new LinkedHashMap<>();
    long at = base(layer);
    for (Map.Entry<String, Integer> spectrum : layer.spectra().entrySet()) {
      parts.put(spectrum.getKey(), part(view, at, at + spectrum.getValue()));
      at += spectrum.getValue();
    }
    return parts;
  }

  /** A range of a vector. */
  static INDArray part(INDArray view, long from, long to) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(from, to));
  }
}
