package io.fourierft.layers;

import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.weights.WeightInitUtil;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A dense layer with a frozen weight and a FourierFT delta, as one SameDiff graph of stock
 * operations. With entries (j_l, k_l) and s = scaling / (nOut nIn) (Gao et al., 2024, Eq. 2 to 4),
 *
 * <pre>
 * y = f(x W0 + b + sum_l s c_l (cos(2 pi q k_l / nIn) . x) cos(2 pi p j_l / nOut) - ... sin sin)
 * </pre>
 *
 * <p>The delta is applied to the input without being formed: two products of inner size 2n, cheap
 * where a step sees few examples, and W0 is a constant of the graph, for which no gradient is
 * computed at all. {@link FourierFtLayer} forms the delta instead, once per step, and takes layers
 * of other kinds. Dropout belongs in a layer of its own before this one: DL4J's SameDiff layers do
 * not apply it. L1, L2 and weight decay count for the coefficients and, as bias regularisation, the
 * bias.
 */
@SuppressWarnings("serial")
public final class FourierFtDenseLayer extends SameDiffLayer {
  /** Name of the frozen weight {@code [nIn, nOut]}. */
  public static final String WEIGHT = "W";

  /** Name of the coefficients {@code [n]}. */
  public static final String COEFFICIENTS = "c";

  /** Name of the bias {@code [nOut]}. */
  public static final String BIAS = "b";

  private static final long serialVersionUID = 1;

  @JsonProperty private long inputs;
  @JsonProperty private long outputs;
  @JsonProperty private int coefficients;
  @JsonProperty private double scaling;
  @JsonProperty private String rule;
  @JsonProperty private Activation activation;
  @JsonProperty private boolean biased;
  @JsonProperty private IUpdater coefficientUpdater;

  /** For Jackson. */
  private FourierFtDenseLayer() {}

  private FourierFtDenseLayer(Builder builder) {
    super(builder);
    inputs = builder.inputs;
    outputs = builder.outputs;
    coefficients = builder.coefficients;
    scaling = builder.scaling;
    rule = RuleText.of(builder.rule);
    activation = builder.activation;
    biased = builder.biased;
    coefficientUpdater = builder.coefficientUpdater;
  }

  @Override
  public void defineParameters(SDLayerParams parameters) {
    parameters.clear();
    parameters.addWeightParam(WEIGHT, inputs, outputs);
    parameters.addWeightParam(COEFFICIENTS, coefficients);
    if (biased) {
      parameters.addBiasParam(BIAS, outputs);
    }
  }

  @Override
  public void initializeParameters(Map<String, INDArray> parameters) {
    requireFitting();
    INDArray weight = parameters.get(WEIGHT);
    WeightInitUtil.initWeights(inputs, outputs, weight.shape(), weightInit, null, 'c', weight);
    parameters.get(COEFFICIENTS).assign(0);
    if (biased) {
      parameters.get(BIAS).assign(0);
    }
  }

  /** Refuses coefficients or entries that the matrix has no place for. */
  private Entries requireFitting() {
    if (coefficients > inputs * outputs) {
      throw new IllegalArgumentException(
          String.format(
              "n_frequency expected 1 to %d but found %d (layer %s, weight %s of [%d, %d])",
              inputs * outputs, coefficients, layerName, WEIGHT, outputs, inputs));
    }
    return Refusals.entries(
        layerName, RuleText.parse(rule), (int) outputs, (int) inputs, coefficients);
  }

  @Override
  public SDVariable defineLayer(
      SameDiff graph, SDVariable input, Map<String, SDVariable> parameters, SDVariable mask) {
    Entries entries = requireFitting();
    DataType type = input.dataType();
    SDVariable right = graph.constant("right", Waves.right(entries, type)); // [nIn, 2n]
    SDVariable left = graph.constant("left", Waves.left(entries, type)); // [2n, nOut]
    SDVariable c = parameters.get(COEFFICIENTS).mul(scaling / (inputs * outputs)); // [n]
    SDVariable spectrum = graph.nn.linear(input, right, none(graph, "rightBias", right)); // [N, 2n]
    SDVariable weighted = spectrum.mul(graph.concat(0, c, c)); // [N, 2n]
    SDVariable delta = graph.nn.linear(weighted, left, none(graph, "leftBias", left)); // [N, nOut]
    SDVariable weight = parameters.get(WEIGHT);
    SDVariable bias = biased ? parameters.get(BIAS) : none(graph, "noBias", weight);
    SDVariable sum = graph.nn.linear(input, weight, bias).add(delta); // [N, nOut]
    return activation.asSameDiff("activated", graph, sum);
  }

  private static SDVariable none(SameDiff graph, String name, SDVariable matrix) {
    return graph.constant(name, Waves.zeros(matrix.dataType(), matrix.getShape()[1]));
  }

  @Override
  public InputType getOutputType(int index, InputType inputType) {
    return dense().getOutputType(index, inputType);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (inputs <= 0 || override) {
      DenseLayer dense = dense();
      dense.setNIn(inputType, true);
      inputs = dense.getNIn();
    }
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return dense().getPreProcessorForInputType(inputType);
  }

  private DenseLayer dense() {
    return new DenseLayer.Builder().name(layerName).nIn(inputs).nOut(outputs).build();
  }

  @Override
  public IUpdater getUpdaterByParam(String parameter) {
    if (parameter.equals(WEIGHT)) {
      return new Sgd(0.0); // keeps no state and moves nothing, which NoOp does not promise
    }
    return parameter.equals(COEFFICIENTS) ? coefficientUpdater : super.getUpdaterByParam(parameter);
  }

  @Override
  public List<Regularization> getRegularizationByParam(String parameter) {
    List<Regularization> terms =
        parameter.equals(COEFFICIENTS) ? getRegularization() : getRegularizationBias();
    return parameter.equals(WEIGHT) || terms == null ? List.of() : terms;
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration configuration,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType dataType) {
    requireFitting();
    FrozenWeightLayer running = new FrozenWeightLayer(configuration, dataType);
    running.setIndex(index);
    running.setParamsViewArray(parameters);
    running.setParamTable(initializer().init(configuration, parameters, initialise));
    return running;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FourierFtDenseLayer that
        && super.equals(other)
        && state().equals(that.state());
  }

  @Override
  public int hashCode() {
    return state().hashCode();
  }

  private List<Object> state() {
    return List.of(
        inputs, outputs, coefficients, scaling, rule, activation, biased, coefficientUpdater);
  }

  @Override
  public String toString() {
    return String.format(
        "FourierFtDenseLayer[%s, %d to %d, n = %d, %s]",
        layerName, inputs, outputs, coefficients, rule);
  }

  /** Collects the settings of a layer; PEFT's defaults where it has any. Not thread safe. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result.
  public static final class Builder extends SameDiffLayer.Builder<Builder> {
    private long inputs;
    private long outputs;
    private int coefficients = 1000;
    private double scaling = 150;
    private EntryRule rule = EntryRule.seeded(EntryRule.PEFT_SEED);
    private Activation activation = Activation.IDENTITY;
    private boolean biased = true;
    private IUpdater coefficientUpdater = SpectrumUpdaters.standard();

    /** Starts with 1,000 coefficients, scaling 150 and entries from seed 777. */
    public Builder() {}

    /**
     * Sets the input features, which an input type sets otherwise.
     *
     * @param number columns of the delta
     * @return this builder
     */
    public Builder nIn(long number) {
      inputs = number;
      return this;
    }

    /**
     * Sets the output features.
     *
     * @param number rows of the delta
     * @return this builder
     */
    public Builder nOut(long number) {
      outputs = number;
      return this;
    }

    /**
     * Sets the number of coefficients.
     *
     * @param number 1 to outputs times inputs
     * @return this builder
     */
    public Builder nFrequency(int number) {
      coefficients = number;
      return this;
    }

    /**
     * Sets the scaling.
     *
     * @param factor factor a of the delta
     * @return this builder
     */
    public Builder scaling(double factor) {
      scaling = factor;
      return this;
    }

    /**
     * Sets the choice of entries.
     *
     * @param entries the rule
     * @return this builder
     */
    public Builder entries(EntryRule entries) {
      rule = Objects.requireNonNull(entries, "entries");
      return this;
    }

    /**
     * Sets the activation function.
     *
     * @param function what is applied to the sums
     * @return this builder
     */
    public Builder activation(Activation function) {
      activation = Objects.requireNonNull(function, "activation");
      return this;
    }

    /**
     * Sets whether the layer has a bias, which trains with the layer's updater for biases.
     *
     * @param bias true for a bias
     * @return this builder
     */
    public Builder hasBias(boolean bias) {
      biased = bias;
      return this;
    }

    /**
     * Sets the updater of the coefficients.
     *
     * @param updater with its learning rate or schedule
     * @return this builder
     */
    public Builder coefficientUpdater(IUpdater updater) {
      coefficientUpdater = Objects.requireNonNull(updater, "updater");
      return this;
    }

    /**
     * Builds the layer.
     *
     * @return the layer
     * @throws IllegalArgumentException if a number is out of bounds
     */
    @Override
    public FourierFtDenseLayer build() {
      if (outputs <= 0) {
        throw new IllegalArgumentException(
            "nOut expected a positive number but found " + outputs + where());
      }
      if (coefficients <= 0) {
        throw new IllegalArgumentException(
            "n_frequency expected a positive number but found " + coefficients + where());
      }
      if (!Double.isFinite(scaling)) {
        throw new IllegalArgumentException(
            "scaling expected a finite number but found " + scaling + where());
      }
      if (rule instanceof EntryRule.Seeded seeded && seeded.seed() < 0) {
        throw new IllegalArgumentException(
            "entry seed expected a number >= 0 but found " + seeded.seed() + where());
      }
      return new FourierFtDenseLayer(this);
    }

    private String where() {
      return " (layer " + layerName + ")";
    }
  }
}
