package io.fourierft.layers;

import io.fourierft.Adapted;
import io.fourierft.FourierOptions;
import io.fourierft.adapter.BiasMode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility;

/**
 * A frozen layer of any kind, with FourierFT deltas over its weights: {@code W = W0 + sum_i
 * dW(c_i)} over the active adapters i. The layer's own parameters stay where they are, bit for bit;
 * training moves the coefficients c, and the bias if it is set free. Part of a configuration like
 * any other layer: it goes through JSON and YAML, and {@code ModelSerializer} keeps W0,
 * coefficients and updater state.
 *
 * <p>Configurations may be shared between networks; they change only through {@link
 * AdaptedNetwork}.
 */
@JsonAutoDetect(
    fieldVisibility = Visibility.ANY,
    getterVisibility = Visibility.NONE,
    isGetterVisibility = Visibility.NONE,
    setterVisibility = Visibility.NONE)
@SuppressWarnings("serial")
public final class FourierFtLayer extends BaseWrapperLayer {
  private static final long serialVersionUID = 1;

  private List<LayerAdapter> adapters = List.of();
  private IUpdater coefficientUpdater = SpectrumUpdaters.standard();
  private boolean biasTrained;
  private boolean merged;
  private boolean bottom;

  /** For Jackson. */
  private FourierFtLayer() {}

  private FourierFtLayer(Layer underlying) {
    super(Objects.requireNonNull(underlying, "underlying"));
    this.layerName = underlying.getLayerName();
  }

  /**
   * A layer with a delta over each of its weights, for the configuration of a new network.
   *
   * @param underlying the layer, of a kind that can be adapted
   * @param options number of coefficients, scaling and entries; its targets do not matter here
   * @return the adapted layer
   */
  public static FourierFtLayer of(Layer underlying, FourierOptions options) {
    FourierFtLayer layer = frozen(underlying);
    List<WeightMatrix> weights = WeightMatrix.of(underlying);
    if (weights.isEmpty()) {
      throw new IllegalArgumentException(Refusals.kind(underlying));
    }
    Map<String, Integer> spectra = new LinkedHashMap<>();
    weights.forEach(weight -> spectra.put(weight.key(), options.nFrequency()));
    layer.biasTrained = options.bias() != BiasMode.NONE;
    layer.adapters =
        List.of(
            LayerAdapter.resting(0, Adapted.DEFAULT, AdapterSettings.of(options), spectra)
                .active(1, true));
    return layer;
  }

  /** A layer that keeps its parameters and passes gradients on. */
  static FourierFtLayer frozen(Layer underlying) {
    return new FourierFtLayer(underlying);
  }

  /** This layer, with other adapters. */
  FourierFtLayer withAdapters(List<LayerAdapter> values) {
    FourierFtLayer changed = clone();
    changed.adapters = List.copyOf(values);
    return changed;
  }

  /**
   * This layer, its coefficients moved by another updater.
   *
   * @param updater the updater, with its learning rate or schedule
   * @return the changed layer
   */
  public FourierFtLayer withUpdater(IUpdater updater) {
    FourierFtLayer changed = clone();
    changed.coefficientUpdater = updater.clone();
    return changed;
  }

  /**
   * This layer, its bias trained with the layer's own updater, or frozen.
   *
   * @param trained whether training moves it
   * @return the changed layer
   */
  public FourierFtLayer withBiasTrained(boolean trained) {
    FourierFtLayer changed = clone();
    changed.biasTrained = trained;
    return changed;
  }

  /** This layer where nothing below it, nor in it, is trained: no gradient is computed at all. */
  FourierFtLayer withBottom(boolean nothingBelow) {
    FourierFtLayer changed = clone();
    changed.bottom = nothingBelow;
    return changed;
  }

  List<LayerAdapter> adapters() {
    return adapters;
  }

  void activate(Map<String, Double> weights, boolean training) {
    adapters =
        adapters.stream()
            .map(
                adapter ->
                    adapter.active(
                        weights.getOrDefault(adapter.name(), 0.0),
                        training && weights.containsKey(adapter.name())))
            .toList();
  }

  boolean merged() {
    return merged;
  }

  void setMerged(boolean value) {
    merged = value;
  }

  boolean biasTrained() {
    return biasTrained;
  }

  /** Lengths of the parameters that adapters add, by name. */
  Map<String, Long> added() {
    Map<String, Long> added = new LinkedHashMap<>();
    for (LayerAdapter adapter : adapters) {
      adapter.spectra().forEach(this::check);
      added.putAll(adapter.lengths());
    }
    return added;
  }

  private void check(String key, int n) {
    WeightMatrix weight =
        WeightMatrix.of(underlying).stream()
            .filter(one -> one.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(Refusals.kind(underlying)));
    if (n <= 0 || n > weight.cells()) {
      throw new IllegalArgumentException(
          String.format(
              "n_frequency expected 1 to %d but found %d (layer %s, weight %s of [%d, %d])",
              weight.cells(), n, layerName, key, weight.rows(), weight.cols()));
    }
  }

  /** Whether training moves a parameter. */
  boolean trains(String parameter) {
    return owner(parameter).isPresent()
        || (biasTrained && underlying.initializer().isBiasParam(underlying, parameter));
  }

  /** The adapter that trains a parameter of its own. */
  private Optional<LayerAdapter> owner(String parameter) {
    return adapters.stream()
        .filter(LayerAdapter::trained)
        .filter(adapter -> adapter.lengths().containsKey(parameter))
        .findFirst();
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    if (!trains(parameter)) {
      // NoOp would hand the gradient on as it is; this keeps no state and moves nothing.
      return new Sgd(0.0);
    }
    Optional<LayerAdapter> owner = owner(parameter);
    if (owner.isEmpty()) {
      return underlying.getUpdaterByParam(parameter);
    }
    String own = owner.get().own(parameter);
    return parameter.equals(owner.get().spectrum(own))
        ? coefficientUpdater
        : underlying.getUpdaterByParam(own);
  }

  /** What decays the layer's own parameters decays what is trained in their place. */
  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    if (!trains(parameter)) {
      return List.of();
    }
    String own = owner(parameter).map(adapter -> adapter.own(parameter)).orElse(parameter);
    List<Regularization> terms = underlying.getRegularizationByParam(own);
    return terms == null ? List.of() : terms;
  }

  @Override
  public boolean isPretrainParam(String parameter) {
    return false;
  }

  @Override
  public ParamInitializer initializer() {
    return SpectralParameters.INSTANCE;
  }

  @Override
  public void setDataType(DataType dataType) {
    underlying.setDataType(dataType);
  }

  /** A configuration of the layer underneath alone. */
  NeuralNetConfiguration inner(NeuralNetConfiguration configuration) {
    NeuralNetConfiguration inner = configuration.clone();
    inner.setLayer(underlying);
    inner.clearVariables();
    return inner;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType dataType) {
    return Instances.of(
        this,
        configuration,
        new Instances.Place(listeners, index, dataType),
        parameters,
        initialise,
        bottom);
  }

  @Override
  public FourierFtLayer clone() {
    FourierFtLayer clone = (FourierFtLayer) super.clone();
    clone.underlying = underlying.clone();
    return clone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FourierFtLayer that
        && underlying.equals(that.underlying)
        && adapters.equals(that.adapters)
        && coefficientUpdater.equals(that.coefficientUpdater)
        && biasTrained == that.biasTrained
        && merged == that.merged
        && bottom == that.bottom;
  }

  @Override
  public int hashCode() {
    return Objects.hash(underlying, adapters, biasTrained, merged, bottom);
  }

  @Override
  public String toString() {
    return "FourierFtLayer[" + adapters + " over " + underlying + "]";
  }
}
