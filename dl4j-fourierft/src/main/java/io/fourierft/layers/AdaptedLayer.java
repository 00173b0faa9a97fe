package io.fourierft.layers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The running form of {@link FourierFtLayer}. The layer underneath computes with the effective
 * weights; its gradient of them lands in this layer's part of the network's gradient vector, is
 * turned into the coefficients' gradient there, and wiped.
 */
@SuppressWarnings(
    "serial") // DL4J calls every layer serializable; configurations are what is saved.
class AdaptedLayer extends BaseWrapperLayer {
  private final FourierFtLayer layer;
  private final INDArray parameters; // own, then spectra
  private final Map<String, INDArray> table = new LinkedHashMap<>(); // views of the parameters
  private final Map<String, INDArray> used; // what the layer underneath computes with
  private final List<EffectiveWeight> weights = new ArrayList<>();
  private final Map<String, INDArray> gradients = new LinkedHashMap<>();
  private INDArray gradientView;

  /** What an adapted layer is made of. */
  record Parts(
      FourierFtLayer layer, Layer running, INDArray parameters, Map<String, INDArray> added) {}

  AdaptedLayer(Parts parts) {
    super(parts.running());
    this.layer = parts.layer();
    this.parameters = parts.parameters();
    this.used = new LinkedHashMap<>(underlying.paramTable());
    table.putAll(used);
    table.putAll(parts.added());
    used.forEach(this::addWeight);
    if (!weights.isEmpty()) {
      underlying.setParamTable(used);
    }
  }

  private void addWeight(String key, INDArray base) {
    WeightMatrix weight =
        WeightMatrix.of(layer.getUnderlying()).stream()
            .filter(one -> one.key().equals(key))
            .findFirst()
            .orElseGet(() -> WeightMatrix.row(key, base));
    EffectiveWeight effective = new EffectiveWeight(weight, base);
    boolean changed = false;
    for (LayerAdapter adapter : layer.adapters()) {
      if (adapter.spectra().containsKey(key)) {
        INDArray coefficients = table.get(adapter.spectrum(key));
        effective.add(new Change.Spectral(adapter, weight, coefficients, layer.getLayerName()));
        changed = true;
      }
      if (adapter.full().containsKey(key)) {
        String name = adapter.full(key);
        effective.add(new Change.Copy(adapter.id(), name, table.get(name), weight, base));
        changed = true;
      }
    }
    if (changed) {
      weights.add(effective);
    }
  }

  /** The configuration. */
  FourierFtLayer layer() {
    return layer;
  }

  List<EffectiveWeight> weights() {
    return weights;
  }

  Optional<EffectiveWeight> weight(String key) {
    return weights.stream().filter(one -> one.key().equals(key)).findFirst();
  }

  /** Makes the layer underneath compute with the weights as they are now. */
  final void refresh(boolean watchBase) {
    Outside.run(() -> swap(watchBase));
  }

  private void swap(boolean watchBase) {
    boolean changed = false;
    for (EffectiveWeight weight : weights) {
      INDArray value = weight.value(layer, watchBase);
      changed |= used.put(weight.key(), value) != value;
    }
    if (changed) {
      underlying.setParamTable(used);
    }
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    refresh(true);
    return underlying.activate(training && !normalises(), workspaces);
  }

  @Override
  public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
    setInput(input, workspaces);
    return activate(training, workspaces);
  }

  private boolean normalises() {
    return underlying instanceof BatchNormalization;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (layer.merged()) {
      throw new IllegalStateException(
          "training expected unmerged adapters but found them merged (layer "
              + layer.getLayerName()
              + ")");
    }
    refresh(false);
    INDArray below =
        normalises()
            ? FrozenNormalization.backward(
                (BatchNormalization) underlying, table, epsilon, workspaces)
            : underlying.backpropGradient(epsilon, workspaces).getSecond();
    Outside.run(
        () ->
            weights.forEach(
                weight -> weight.gradient(layer, gradients.get(weight.key()), gradients)));
    Gradient result = new DefaultGradient();
    gradients.forEach(
        (key, gradient) -> {
          if (layer.trains(key)) {
            result.setGradientFor(key, gradient);
          } else {
            gradient.assign(0);
          }
        });
    return new Pair<>(result, below);
  }

  @Override
  public double calcRegularizationScore(boolean backpropOnly) {
    double score = 0;
    for (Map.Entry<String, INDArray> parameter : table.entrySet()) {
      for (Regularization term : layer.getRegularizationByParam(parameter.getKey())) {
        score += term.score(parameter.getValue(), getIterationCount(), getEpochCount());
      }
    }
    return score;
  }

  /** Constraints would move frozen weights: none is applied. */
  @Override
  public void applyConstraints(int iteration, int epoch) {
    // Frozen.
  }

  @Override
  public TrainingConfig getConfig() {
    return layer;
  }

  @Override
  public INDArray params() {
    return parameters;
  }

  @Override
  public long numParams() {
    return parameters.length();
  }

  @Override
  public long numParams(boolean backwards) {
    return numParams();
  }

  @Override
  public void setParams(INDArray values) {
    if (values != parameters) {
      parameters.assign(values.reshape(parameters.shape()));
    }
  }

  @Override
  public void setParamsViewArray(INDArray view) {
    throw new UnsupportedOperationException(
        "parameters expected to stay in place but found another view (layer "
            + layer.getLayerName()
            + ")");
  }

  @Override
  public INDArray getParam(String key) {
    return table.get(key);
  }

  @Override
  public Map<String, INDArray> paramTable() {
    return table;
  }

  @Override
  public Map<String, INDArray> paramTable(boolean backpropOnly) {
    return table;
  }

  @Override
  public void setParamTable(Map<String, INDArray> values) {
    values.forEach(this::setParam);
  }

  @Override
  public void setParam(String key, INDArray value) {
    INDArray target = table.get(key);
    if (target == null || !Arrays.equals(target.shape(), value.shape())) {
      throw new IllegalArgumentException(
          "parameter expected one of "
              + table.keySet()
              + " in its shape but found "
              + key
              + " "
              + Arrays.toString(value.shape())
              + " (layer "
              + layer.getLayerName()
              + ")");
    }
    target.assign(value);
  }

  @Override
  public INDArray getGradientsViewArray() {
    return gradientView;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray view) {
    gradientView = view;
    long own = SpectralParameters.base(layer);
    INDArray inner = SpectralParameters.part(view, 0, own);
    underlying.setBackpropGradientsViewArray(inner);
    gradients.clear();
    gradients.putAll(
        layer.getUnderlying().initializer().getGradientsFromFlattened(underlying.conf(), inner));
    gradients.putAll(SpectralParameters.added(layer, view, Map.copyOf(gradients)));
  }

  @Override
  public void close() {
    weights.forEach(EffectiveWeight::close);
  }
}
