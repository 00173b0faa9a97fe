package io.fourierft.adapter;

import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A trained adapter: what turns its base model W into W + dW, layer by layer, and the parameters
 * that were trained in full. Immutable and safe to share between threads.
 */
public final class Adapter {
  private record EntriesKey(int rows, int cols, int n) {}

  private final BaseModel baseModel;
  private final EntryRule rule;
  private final Basis basis;
  private final long basisSeed;
  private final double scaling;
  private final SpectrumInit init;
  private final BiasMode bias;
  private final List<AdapterLayer> layers;
  private final List<NamedTensor> tensors;
  private final Task task;
  private final Provenance provenance;
  private final PeftFacts peft;
  private final AdapterMessage residue;
  private final Map<EntriesKey, Entries> entries = new ConcurrentHashMap<>();

  private Adapter(Builder builder) {
    baseModel = builder.baseModel;
    rule = builder.rule;
    basis = builder.basis;
    basisSeed = builder.basisSeed;
    scaling = builder.scaling;
    init = builder.init;
    bias = builder.bias;
    layers = List.copyOf(builder.layers);
    tensors = List.copyOf(builder.tensors);
    task = builder.task;
    provenance = builder.provenance;
    peft = builder.peft;
    residue = builder.residue;
    check();
  }

  private void check() {
    if (!Double.isFinite(scaling)) {
      throw new BrokenRule(
          BrokenRule.Kind.NOT_FINITE, "scaling expected finite but found " + scaling);
    }
    if (layers.isEmpty() && tensors.isEmpty()) {
      throw new IllegalArgumentException("adapter expected a layer or a tensor but found none");
    }
    Set<String> modules = new HashSet<>();
    for (AdapterLayer layer : layers) {
      if (!modules.add(layer.module())) {
        throw new BrokenRule(
            BrokenRule.Kind.DUPLICATE,
            "layers expected distinct but found " + layer.module() + " twice");
      }
    }
    Set<String> names = new HashSet<>();
    for (NamedTensor tensor : tensors) {
      if (!names.add(tensor.name())) {
        throw new BrokenRule(
            BrokenRule.Kind.DUPLICATE,
            "tensors expected distinct but found " + tensor.name() + " twice");
      }
    }
  }

  /**
   * Starts an adapter with PEFT's defaults: seed 777, scaling 150, Fourier basis.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts an adapter from this one.
   *
   * @return a new builder with everything this adapter holds
   */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.baseModel = baseModel;
    builder.rule = rule;
    builder.basis = basis;
    builder.basisSeed = basisSeed;
    builder.scaling = scaling;
    builder.init = init;
    builder.bias = bias;
    builder.layers.addAll(layers);
    builder.tensors.addAll(tensors);
    builder.task = task;
    builder.provenance = provenance;
    builder.peft = peft;
    builder.residue = residue;
    return builder;
  }

  /**
   * Returns the entries of a layer; layers of one shape and n share them. The first call for a
   * shape draws them.
   *
   * @param layer a layer
   * @return its entries
   */
  public Entries entries(AdapterLayer layer) {
    return entries.computeIfAbsent(
        new EntriesKey(layer.rows(), layer.cols(), layer.n()),
        key -> Entries.of(rule, key.rows(), key.cols(), key.n()));
  }

  /**
   * Returns the base model.
   *
   * @return the model underneath
   */
  public BaseModel baseModel() {
    return baseModel;
  }

  /**
   * Returns how the entries are chosen.
   *
   * @return the rule
   */
  public EntryRule rule() {
    return rule;
  }

  /**
   * Returns the basis.
   *
   * @return what the coefficients weight
   */
  public Basis basis() {
    return basis;
  }

  /**
   * Returns the seed of the basis matrices.
   *
   * @return the seed, of no meaning for the Fourier basis
   */
  public long basisSeed() {
    return basisSeed;
  }

  /**
   * Returns the scaling.
   *
   * @return the factor a of the weight change
   */
  public double scaling() {
    return scaling;
  }

  /**
   * Returns how the coefficients were set before training.
   *
   * @return the start
   */
  public SpectrumInit init() {
    return init;
  }

  /**
   * Returns which biases were trained.
   *
   * @return the mode
   */
  public BiasMode bias() {
    return bias;
  }

  /**
   * Returns the adapted layers.
   *
   * @return the layers, distinct by module
   */
  public List<AdapterLayer> layers() {
    return layers;
  }

  /**
   * Returns the fully trained parameters: heads and biases.
   *
   * @return the tensors, distinct by name
   */
  public List<NamedTensor> tensors() {
    return tensors;
  }

  /**
   * Returns the task.
   *
   * @return what the tuned model is for
   */
  public Task task() {
    return task;
  }

  /**
   * Returns the provenance.
   *
   * @return where the adapter comes from
   */
  public Provenance provenance() {
    return provenance;
  }

  /**
   * Returns the facts only PEFT knows.
   *
   * @return the facts
   */
  public PeftFacts peft() {
    return peft;
  }

  /** Unknown fields of the message this adapter was read from, in place. */
  AdapterMessage residue() {
    return residue;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Adapter that && state().equals(that.state());
  }

  @Override
  public int hashCode() {
    return state().hashCode();
  }

  private List<Object> state() {
    return List.of(
        baseModel,
        rule,
        basis,
        basisSeed,
        scaling,
        init,
        bias,
        layers,
        tensors,
        task,
        provenance,
        peft,
        residue);
  }

  @Override
  public String toString() {
    return String.format(
        "Adapter[base '%s', %d layers, %d tensors, scaling %s, %s]",
        baseModel.id(), layers.size(), tensors.size(), scaling, rule);
  }

  /** Collects the parts of an adapter. Not thread safe. */
  public static final class Builder {
    private BaseModel baseModel = BaseModel.named("");
    private EntryRule rule = EntryRule.seeded(EntryRule.PEFT_SEED);
    private Basis basis = Basis.FOURIER;
    private long basisSeed;
    private double scaling = 150;
    private SpectrumInit init = SpectrumInit.ZERO;
    private BiasMode bias = BiasMode.NONE;
    private final List<AdapterLayer> layers = new ArrayList<>();
    private final List<NamedTensor> tensors = new ArrayList<>();
    private Task task = Task.unknown();
    private Provenance provenance = Provenance.unknown();
    private PeftFacts peft = PeftFacts.none();
    private AdapterMessage residue = AdapterMessage.getDefaultInstance();

    private Builder() {}

    /**
     * Sets the base model.
     *
     * @param value the model underneath
     * @return this builder
     */
    public Builder baseModel(BaseModel value) {
      baseModel = Objects.requireNonNull(value, "base model");
      return this;
    }

    /**
     * Sets how the entries are chosen.
     *
     * @param value the rule
     * @return this builder
     */
    public Builder rule(EntryRule value) {
      rule = Objects.requireNonNull(value, "rule");
      return this;
    }

    /**
     * Sets the basis.
     *
     * @param value what the coefficients weight
     * @return this builder
     */
    public Builder basis(Basis value) {
      basis = Objects.requireNonNull(value, "basis");
      return this;
    }

    /**
     * Sets the seed of the basis matrices.
     *
     * @param value the seed
     * @return this builder
     */
    public Builder basisSeed(long value) {
      basisSeed = value;
      return this;
    }

    /**
     * Sets the scaling.
     *
     * @param value the factor a, finite
     * @return this builder
     */
    public Builder scaling(double value) {
      scaling = value;
      return this;
    }

    /**
     * Sets how the coefficients were set before training.
     *
     * @param value the start
     * @return this builder
     */
    public Builder init(SpectrumInit value) {
      init = Objects.requireNonNull(value, "init");
      return this;
    }

    /**
     * Sets which biases were trained.
     *
     * @param value the mode
     * @return this builder
     */
    public Builder bias(BiasMode value) {
      bias = Objects.requireNonNull(value, "bias");
      return this;
    }

    /**
     * Replaces the adapted layers.
     *
     * @param values the layers, distinct by module
     * @return this builder
     */
    public Builder layers(List<AdapterLayer> values) {
      layers.clear();
      layers.addAll(values);
      return this;
    }

    /**
     * Adds an adapted layer.
     *
     * @param value the layer
     * @return this builder
     */
    public Builder addLayer(AdapterLayer value) {
      layers.add(value);
      return this;
    }

    /**
     * Replaces the fully trained parameters.
     *
     * @param values the tensors, distinct by name
     * @return this builder
     */
    public Builder tensors(List<NamedTensor> values) {
      tensors.clear();
      tensors.addAll(values);
      return this;
    }

    /**
     * Adds a fully trained parameter.
     *
     * @param value the tensor
     * @return this builder
     */
    public Builder addTensor(NamedTensor value) {
      tensors.add(value);
      return this;
    }

    /**
     * Sets the task.
     *
     * @param value what the tuned model is for
     * @return this builder
     */
    public Builder task(Task value) {
      task = Objects.requireNonNull(value, "task");
      return this;
    }

    /**
     * Sets the provenance.
     *
     * @param value where the adapter comes from
     * @return this builder
     */
    public Builder provenance(Provenance value) {
      provenance = Objects.requireNonNull(value, "provenance");
      return this;
    }

    /**
     * Sets the facts only PEFT knows.
     *
     * @param value the facts
     * @return this builder
     */
    public Builder peft(PeftFacts value) {
      peft = Objects.requireNonNull(value, "peft");
      return this;
    }

    /** Sets the unknown fields to carry along. */
    Builder residue(AdapterMessage value) {
      residue = value;
      return this;
    }

    /**
     * Builds the adapter.
     *
     * @return the adapter
     * @throws IllegalArgumentException if the parts do not make an adapter
     */
    public Adapter build() {
      return new Adapter(this);
    }
  }
}
