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
    for (long length : adapted.added().values()) {
      count += length;
    }
    return count;
  }

  /** Number of parameters of the layer underneath. */
  static long base(FourierFtLayer layer) {
    return layer.getUnderlying().initializer().numParams(layer.getUnderlying());
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return withAdded(layer, inner(layer).paramKeys(underlying(layer)));
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return withAdded(layer, inner(layer).weightKeys(underlying(layer)));
  }

  private static List<String> withAdded(Layer layer, List<String> keys) {
    List<String> all = new ArrayList<>(keys);
    all.addAll(((FourierFtLayer) layer).added().keySet());
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
    all.putAll(added(layer, view, all));
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
    all.putAll(added(layer, view, all));
    return all;
  }

  /**
   * What adapters add to a layer's parameters, or its gradients.
   *
   * @param layer the layer
   * @param view its part of the network's vector
   * @param own the layer's own parameters, whose shapes copies take
   * @return views by name
   */
  static Map<String, INDArray> added(
      FourierFtLayer layer, INDArray view, Map<String, INDArray> own) {
    Map<String, INDArray> parts = new LinkedHashMap<>();
    long at = base(layer);
    for (LayerAdapter adapter : layer.adapters()) {
      for (Map.Entry<String, Long> one : adapter.lengths().entrySet()) {
        INDArray part = part(view, at, at + one.getValue());
        INDArray copied = own.get(adapter.own(one.getKey()));
        boolean copy = one.getKey().equals(adapter.full(adapter.own(one.getKey())));
        parts.put(one.getKey(), copy ? part.reshape(copied.ordering(), copied.shape()) : part);
        at += one.getValue();
      }
    }
    return parts;
  }

  /** A range of a vector. */
  static INDArray part(INDArray view, long from, long to) {
    return view.reshape(view.length()).get(NDArrayIndex.interval(from, to));
  }
}
