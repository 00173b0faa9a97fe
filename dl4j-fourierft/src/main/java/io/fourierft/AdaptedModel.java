package io.fourierft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.delta.SpectralWeight;
import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import io.fourierft.spectral.Entries;
import io.fourierft.train.Trainable;
import io.fourierft.train.Tuning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A model of the engine with a FourierFT delta over each target module. The base weights are only
 * written by {@link #merge}. For one thread at a time; a trainer is made after an adapter was
 * activated, not before.
 */
public final class AdaptedModel implements Adapted, Tuning {
  private final Parameters parameters;
  private final Map<String, Linear> linears;
  private final List<ModuleShape> shapes;
  private final List<String> head;
  private final AdapterSet<EngineAdapter> adapters = AdapterSet.empty();
  private final SharedDeltas deltas;
  private final Map<String, INDArray> base = new LinkedHashMap<>();
  private final Map<String, SpectralWeight> learning = new LinkedHashMap<>();
  private final Map<String, FixedWeight> combined = new LinkedHashMap<>();
  private Optional<MergedWeights> merge = Optional.empty();
  private boolean closed;

  private AdaptedModel(List<Linear> linears, Parameters parameters, List<String> head) {
    this.parameters = parameters;
    this.deltas = new SharedDeltas(parameters.type());
    this.head = List.copyOf(head);
    this.linears =
        linears.stream()
            .filter(linear -> !head.contains(linear.weight()))
            .collect(
                Collectors.toMap(
                    Linear::module, linear -> linear, (a, b) -> a, LinkedHashMap::new));
    Optional<String> output = OutputHeads.among(this.linears.keySet());
    this.shapes =
        this.linears.values().stream()
            .map(
                linear ->
                    new ModuleShape(
                        linear.module(),
                        linear.out(),
                        linear.in(),
                        output.filter(linear.module()::equals).isPresent()
                            ? ModuleShape.Kind.OUTPUT_HEAD
                            : ModuleShape.Kind.LINEAR))
            .toList();
  }

  static AdaptedModel attach(
      List<Linear> linears, Parameters parameters, FourierOptions options, List<String> head) {
    head.forEach(parameters::value);
    AdaptedModel model = new AdaptedModel(linears, parameters, head);
    model.add(DEFAULT, options);
    model.activate(DEFAULT);
    return model;
  }

  @Override
  public List<ModuleShape> shapes() {
    return shapes;
  }

  @Override
  public Set<String> adapters() {
    return adapters.names();
  }

  @Override
  public Map<String, Double> active() {
    return adapters.active();
  }

  @Override
  public void add(String name, FourierOptions options) {
    adapters.requireNew(name);
    adapters.requireUnmerged();
    AdapterSpec spec = AdapterSpec.of(options, shapes);
    Set<String> trained = new LinkedHashSet<>(head);
    trained.addAll(options.trained(parameters.names(), spec.layers().keySet()));
    trained.forEach(this::keepBase);
    adapters.add(
        name, EngineAdapter.start(spec, options.initSeed(), parameters.type(), base, trained));
  }

  private void keepBase(String name) {
    base.computeIfAbsent(name, key -> parameters.value(key).dup());
  }

  @Override
  public void add(String name, Adapter adapter) {
    adapters.requireNew(name);
    adapters.requireUnmerged();
    AdapterSpec spec = AdapterSpec.of(adapter, shapes);
    adapter.tensors().forEach(this::requireFits);
    adapter.tensors().forEach(tensor -> keepBase(tensor.name()));
    adapters.add(name, EngineAdapter.of(spec, adapter, parameters.type(), base));
  }

  private void requireFits(NamedTensor tensor) {
    long[] shape = parameters.value(tensor.name()).shape();
    if (!Arrays.equals(shape, tensor.shape())) {
      throw new IllegalArgumentException(
          "adapter tensor expected shape "
              + Arrays.toString(shape)
              + " but found "
              + Arrays.toString(tensor.shape())
              + " ("
              + tensor.name()
              + ")");
    }
  }

  @Override
  public void activate(String name) {
    combine(Map.of(name, 1.0));
  }

  @Override
  public void disable() {
    combine(Map.of());
  }

  @Override
  public void combine(Map<String, Double> weights) {
    adapters.requireActivable(weights);
    putAway();
    adapters.activate(weights);
    if (adapters.single()) {
      EngineAdapter adapter = adapters.get(weights.keySet().iterator().next());
      adapter.spec().layers().keySet().forEach(module -> learn(adapter, module));
      adapter
          .tensors()
          .forEach(
              (tensor, value) -> {
                parameters.value(tensor).assign(value);
                parameters.train(tensor);
              });
    } else {
      modules().forEach(module -> combined.put(module, new FixedWeight(effective(module))));
      combined.forEach(parameters::replace);
      weights.forEach(this::addTensors);
    }
  }

  private void learn(EngineAdapter adapter, String module) {
    Linear linear = linears.get(module);
    SpectralWeight weight =
        SpectralWeight.of(
            linear,
            parameters.value(linear.weight()),
            deltas.of(adapter.spec(), module),
            adapter.spec().scaling(),
            adapter.coefficients(module),
            adapter.gradient(module));
    learning.put(module, weight);
    parameters.replace(module, weight);
  }

  private void addTensors(String name, double weight) {
    adapters
        .get(name)
        .tensors()
        .forEach(
            (tensor, value) -> {
              try (INDArray change = value.sub(base.get(tensor))) {
                change.muli(weight);
                parameters.value(tensor).addi(change);
              }
            });
  }

  /** Makes the model as without adapters, and keeps what the active one has learned. */
  private void putAway() {
    if (adapters.single()) {
      syncTensors();
    }
    learning.keySet().forEach(parameters::restore);
    combined.keySet().forEach(parameters::restore);
    learning.values().forEach(SpectralWeight::close);
    combined.values().forEach(FixedWeight::close);
    learning.clear();
    combined.clear();
    base.forEach(
        (name, value) -> {
          parameters.value(name).assign(value);
          parameters.freeze(name);
        });
  }

  /** Copies what the active adapter trains in full from the live parameters. */
  private void syncTensors() {
    adapters
        .active()
        .keySet()
        .forEach(
            name ->
                adapters
                    .get(name)
                    .tensors()
                    .forEach((tensor, value) -> value.assign(parameters.value(tensor))));
  }

  @Override
  public void delete(String name) {
    adapters.requireRemovable(name).close();
    adapters.remove(name);
  }

  @Override
  public void merge() {
    adapters.requireMergeable();
    merge = Optional.of(MergedWeights.merge(weights(), this::stored));
    modules().forEach(parameters::restore);
    adapters.setMerged(true);
  }

  private Map<String, INDArray> weights() {
    Map<String, INDArray> weights = new LinkedHashMap<>();
    modules().forEach(module -> weights.put(module, weight(module)));
    return weights;
  }

  @Override
  public void unmerge() {
    adapters.requireMerged();
    merge.orElseThrow().unmerge();
    merge = Optional.empty();
    adapters.setMerged(false);
    learning.forEach(parameters::replace);
    combined.forEach(parameters::replace);
  }

  @Override
  public boolean merged() {
    return adapters.merged();
  }

  @Override
  public void mergeAndDetach() {
    if (adapters.merged()) {
      merge.orElseThrow().close();
      merge = Optional.empty();
      adapters.setMerged(false);
    } else {
      adapters.requireMergeable();
      MergedWeights.add(weights(), this::stored);
      modules().forEach(parameters::restore);
    }
    base.keySet().forEach(parameters::freeze);
    base.values().forEach(INDArray::close);
    base.clear();
    close();
  }

  private INDArray weight(String module) {
    return parameters.value(linears.get(module).weight());
  }

  /** Base weight and active changes, in the module's layout; the caller closes it. */
  private INDArray effective(String module) {
    try (INDArray change = stored(module)) {
      return weight(module).add(change);
    }
  }

  /** The active change as the module stores its weight; the caller closes it. */
  private INDArray stored(String module) {
    INDArray delta = delta(module);
    if (linears.get(module).layout() == Linear.Layout.OUT_IN) {
      return delta;
    }
    try (delta) {
      return delta.transpose().dup('c');
    }
  }

  /**
   * Paths of the modules that the active adapters change.
   *
   * @return the modules, in the model's order
   */
  public List<String> modules() {
    Set<String> changed = new LinkedHashSet<>();
    adapters.active().keySet().forEach(name -> changed.addAll(spec(name).layers().keySet()));
    return linears.keySet().stream().filter(changed::contains).toList();
  }

  private AdapterSpec spec(String name) {
    return adapters.get(name).spec();
  }

  /**
   * Number of spectral coefficients of the active adapters.
   *
   * @return their sum over all modules
   */
  public long coefficientCount() {
    return adapters.active().keySet().stream()
        .mapToLong(name -> spec(name).coefficientCount())
        .sum();
  }

  /**
   * Number of parameters that the active adapters train in full.
   *
   * @return elements of the head and of what else is saved
   */
  public long headCount() {
    return adapters.active().keySet().stream()
        .flatMap(name -> adapters.get(name).tensors().keySet().stream())
        .distinct()
        .mapToLong(name -> parameters.value(name).length())
        .sum();
  }

  @Override
  public ParameterCount parameterCount() {
    long total =
        parameters.names().stream()
            .map(parameters::value)
            .collect(Collectors.toMap(System::identityHashCode, INDArray::length, (a, b) -> a))
            .values()
            .stream()
            .mapToLong(Long::longValue)
            .sum();
    for (EngineAdapter adapter : adapters.values()) {
      total += adapter.spec().coefficientCount();
    }
    boolean trains = adapters.single() && !adapters.merged();
    return new ParameterCount(trains ? coefficientCount() + headCount() : 0, total);
  }

  /**
   * Entries of a module.
   *
   * @param module its path
   * @return where the coefficients of the first active adapter that changes it stand
   */
  public Entries entries(String module) {
    return adapters.active().keySet().stream()
        .filter(name -> spec(name).layers().containsKey(module))
        .findFirst()
        .map(name -> spec(name).layers().get(module))
        .orElseThrow(() -> unknown(module));
  }

  private IllegalArgumentException unknown(String module) {
    return new IllegalArgumentException(
        "adapted module expected one of " + modules() + " but found " + module);
  }

  /**
   * The weight change of a module as it is now, of all active adapters together.
   *
   * @param module its path
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta(String module) {
    if (!modules().contains(module)) {
      throw unknown(module);
    }
    Linear linear = linears.get(module);
    INDArray sum = Nd4j.zeros(parameters.type(), linear.out(), linear.in());
    adapters
        .active()
        .forEach((name, weight) -> deltas.add(adapters.get(name), module, weight, sum));
    return sum;
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  @Override
  public List<Trainable> trainables() {
    if (!adapters.single()) {
      throw new IllegalStateException(
          "training expected one active adapter of weight 1 but found " + adapters.active());
    }
    adapters.requireUnmerged();
    EngineAdapter adapter = adapters.get(adapters.active().keySet().iterator().next());
    List<Trainable> all = new ArrayList<>();
    all.add(
        new Trainable(
            "spectrum", Trainable.Group.SPECTRUM, adapter.coefficients(), adapter.gradient()));
    for (String name : adapter.tensors().keySet()) {
      INDArray gradient = parameters.gradient(name).orElseThrow();
      all.add(new Trainable(name, Trainable.Group.HEAD, parameters.value(name), gradient));
    }
    return all;
  }

  @Override
  public void updated() {
    adapters.requireUnmerged();
    learning.values().forEach(SpectralWeight::changed);
  }

  @Override
  public Adapter.Builder toAdapter(String name) {
    EngineAdapter adapter = adapters.get(name);
    if (adapters.single() && adapters.active().containsKey(name)) {
      syncTensors();
    }
    return adapter.toAdapter();
  }

  /**
   * The active adapter as it is now.
   *
   * @return a builder that takes base model, task and provenance
   */
  public Adapter.Builder toAdapter() {
    return toAdapter(only());
  }

  private String only() {
    if (adapters.active().size() != 1) {
      throw new IllegalStateException(
          "adapter expected to be the only active one but found " + adapters.active().keySet());
    }
    return adapters.active().keySet().iterator().next();
  }

  /**
   * Takes coefficients and fully trained parameters over from an adapter of the same settings, into
   * the active one. Nothing changes unless all of it fits.
   *
   * @param adapter an adapter of the same modules, rule and scaling
   */
  public void load(Adapter adapter) {
    adapters.requireUnmerged();
    EngineAdapter own = adapters.get(only());
    own.spec().requireSame(adapter, shapes);
    for (NamedTensor tensor : adapter.tensors()) {
      requireFits(tensor);
      if (!own.tensors().containsKey(tensor.name())) {
        throw new IllegalArgumentException(
            "adapter tensor expected one of "
                + own.tensors().keySet()
                + " but found "
                + tensor.name());
      }
    }
    syncTensors();
    own.load(adapter);
    own.tensors().forEach((name, value) -> parameters.value(name).assign(value));
    updated();
  }

  @Override
  public void release() {
    learning.values().forEach(SpectralWeight::release);
    deltas.release();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    if (adapters.merged()) {
      unmerge();
    }
    putAway();
    adapters.values().forEach(EngineAdapter::close);
    deltas.close();
    base.values().forEach(INDArray::close);
    base.clear();
    closed = true;
  }
}
