package io.fourierft.graph;

import io.fourierft.Adapted;
import io.fourierft.AdapterSet;
import io.fourierft.AdapterSpec;
import io.fourierft.FourierOptions;
import io.fourierft.MergedWeights;
import io.fourierft.ModuleNames;
import io.fourierft.ModuleShape;
import io.fourierft.ParameterCount;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.Basis;
import io.fourierft.delta.Delta;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import io.fourierft.train.Trainable;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph with FourierFT deltas over its weights. The operations that used a weight use
 * the sum of the weight and a change that the graph computes from the coefficients with stock ND4J
 * operations, so the graph runs, trains with {@code fit}, saves and loads as any. While adapters
 * are attached, only what the active one trains is a {@code VARIABLE}; all else is constant.
 *
 * <p>Coefficients are variables named {@code MODULE.fourierft_spectrum.ADAPTER}. Merging writes to
 * the arrays that the graph holds; a graph made by {@link io.fourierft.engine.SameDiffModel} shares
 * them with its {@link io.fourierft.engine.Parameters}.
 */
public final class AdaptedGraph implements Adapted {
  private final SameDiff graph;
  private final GraphWeights weights;
  private final GraphParameters parameters;
  private final AdapterSet<GraphAdapter> adapters = AdapterSet.empty();
  private Optional<Installation> installed = Optional.empty();
  private Optional<MergedWeights> merge = Optional.empty();
  private boolean closed;

  private AdaptedGraph(SameDiff graph) {
    this.graph = graph;
    this.weights = GraphWeights.find(graph);
    this.parameters = GraphParameters.of(graph, weights);
  }

  /**
   * Attaches an adapter to a graph and makes it active.
   *
   * @param graph the graph; it may have been run, trained or loaded before
   * @param options the method's settings
   * @return the adapted graph; closing it takes the adapter out again
   */
  public static AdaptedGraph attach(SameDiff graph, FourierOptions options) {
    for (String name : graph.getVariables().keySet()) {
      if (name.contains(Installation.SPECTRUM)) {
        throw new IllegalArgumentException(
            "graph expected without an adapter but found the coefficients " + name);
      }
    }
    AdaptedGraph adapted = new AdaptedGraph(graph);
    adapted.add(DEFAULT, options);
    try {
      adapted.activate(DEFAULT);
    } catch (RuntimeException e) {
      adapted.close();
      throw e;
    }
    return adapted;
  }

  /**
   * The graph.
   *
   * @return the graph that this was attached to
   */
  public SameDiff graph() {
    return graph;
  }

  @Override
  public List<ModuleShape> shapes() {
    return weights.shapes();
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
    if (!(options.targets().names() instanceof ModuleNames.AllLinear)) {
      weights.requireUsable(options.targets()::matches);
    }
    AdapterSpec spec = AdapterSpec.of(options, shapes());
    requireFourier(spec);
    Set<String> trained = options.trained(parameters.names(), spec.layers().keySet());
    Map<String, INDArray> tensors = parameters.copies(trained);
    adapters.add(name, GraphAdapter.start(spec, options.initSeed(), weights, tensors));
  }

  private static void requireFourier(AdapterSpec spec) {
    if (spec.delta().basis() != Basis.FOURIER) {
      throw new IllegalArgumentException(
          "basis of a graph's adapter expected FOURIER but found " + spec.delta().basis());
    }
  }

  @Override
  public void add(String name, Adapter adapter) {
    adapters.requireNew(name);
    adapters.requireUnmerged();
    Set<String> layers = new LinkedHashSet<>();
    adapter.layers().forEach(layer -> layers.add(layer.module()));
    weights.requireUsable(layers::contains);
    AdapterSpec spec = AdapterSpec.of(adapter, shapes());
    requireFourier(spec);
    adapter.tensors().forEach(parameters::requireFits);
    Set<String> trained = new LinkedHashSet<>();
    adapter.tensors().forEach(tensor -> trained.add(tensor.name()));
    adapters.add(name, GraphAdapter.of(spec, adapter, weights, parameters.copies(trained)));
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
  public void combine(Map<String, Double> active) {
    adapters.requireActivable(active);
    putAway();
    adapters.activate(active);
    try {
      install();
    } catch (RuntimeException e) {
      adapters.activate(Map.of());
      parameters.restore();
      throw e;
    }
  }

  private void install() {
    if (adapters.single()) {
      only().tensors().forEach((name, value) -> parameters.value(name).assign(value));
    } else {
      adapters
          .active()
          .forEach((name, weight) -> parameters.addChange(adapters.get(name).tensors(), weight));
    }
    installDeltas();
  }

  private GraphAdapter only() {
    return adapters.get(adapters.active().keySet().iterator().next());
  }

  private void installDeltas() {
    parameters.train(adapters.single() ? only().tensors().keySet() : Set.of());
    Map<String, Installation.Weighted> active = new LinkedHashMap<>();
    adapters
        .active()
        .forEach(
            (name, weight) ->
                active.put(name, new Installation.Weighted(adapters.get(name), weight)));
    if (!active.isEmpty()) {
      installed = Optional.of(Installation.of(graph, weights, active, adapters.single()));
    }
  }

  private void removeDeltas() {
    installed.ifPresent(Installation::remove);
    installed = Optional.empty();
  }

  /** Makes the graph as without adapters, and keeps what the active one has learned. */
  private void putAway() {
    sync();
    removeDeltas();
    parameters.restore();
  }

  /** Copies what the active adapter trains in full from the graph. */
  private void sync() {
    if (adapters.single()) {
      only().keep(parameters::value);
    }
  }

  @Override
  public void delete(String name) {
    GraphAdapter removed = adapters.requireRemovable(name);
    adapters.remove(name);
    removed.close();
  }

  @Override
  public void merge() {
    adapters.requireMergeable();
    Map<String, INDArray> arrays = new LinkedHashMap<>();
    for (String module : modules()) {
      arrays.put(module, graph.getVariable(weights.get(module).variable()).getArr());
    }
    merge = Optional.of(MergedWeights.merge(arrays, this::stored));
    removeDeltas();
    parameters.train(Set.of());
    adapters.setMerged(true);
  }

  @Override
  public void unmerge() {
    adapters.requireMerged();
    merge.orElseThrow().unmerge();
    merge = Optional.empty();
    adapters.setMerged(false);
    installDeltas();
  }

  @Override
  public boolean merged() {
    return adapters.merged();
  }

  @Override
  public void mergeAndDetach() {
    if (!adapters.merged()) {
      merge();
    }
    merge.orElseThrow().close();
    merge = Optional.empty();
    adapters.setMerged(false);
    parameters.detach();
    adapters.values().forEach(GraphAdapter::close);
    closed = true;
  }

  /**
   * Paths of the modules that the active adapters change.
   *
   * @return the modules, in the graph's order
   */
  public List<String> modules() {
    Set<String> changed = new LinkedHashSet<>();
    adapters
        .active()
        .keySet()
        .forEach(name -> changed.addAll(adapters.get(name).spec().layers().keySet()));
    return StreamSupport.stream(weights.all().spliterator(), false)
        .map(GraphWeight::module)
        .filter(changed::contains)
        .toList();
  }

  /**
   * Name of the variable that holds the coefficients over a module, in the graph while its adapter
   * is active.
   *
   * @param module path of the module
   * @param adapter name of the adapter
   * @return the variable's name
   */
  public static String spectrum(String module, String adapter) {
    return module + Installation.SPECTRUM + adapter;
  }

  /**
   * The variables that train now: the coefficients, and what is trained in full.
   *
   * @return group by name, in the graph's order
   * @throws IllegalStateException if no adapter trains
   */
  public Map<String, Trainable.Group> trained() {
    adapters.requireUnmerged();
    if (!adapters.single()) {
      throw new IllegalStateException(
          "training expected one active adapter of weight 1 but found " + adapters.active());
    }
    Map<String, Trainable.Group> trained = new LinkedHashMap<>();
    String name = adapters.active().keySet().iterator().next();
    for (String module : modules()) {
      trained.put(spectrum(module, name), Trainable.Group.SPECTRUM);
    }
    for (String tensor : only().tensors().keySet()) {
      trained.put(parameters.variable(tensor), Trainable.Group.HEAD);
    }
    return trained;
  }

  /**
   * The weight change of a module as it is now, of all active adapters together.
   *
   * @param module its path
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta(String module) {
    if (!modules().contains(module)) {
      throw new IllegalArgumentException(
          "adapted module expected one of " + modules() + " but found " + module);
    }
    ModuleShape shape = weights.get(module).shape();
    INDArray sum = Nd4j.zeros(weights.get(module).type(), shape.rows(), shape.cols());
    adapters.active().forEach((name, weight) -> addDelta(adapters.get(name), module, weight, sum));
    return sum;
  }

  private static void addDelta(GraphAdapter adapter, String module, double weight, INDArray sum) {
    Entries entries = adapter.spec().layers().get(module);
    if (entries == null) {
      return;
    }
    try (Delta delta = Delta.of(entries, DeltaOptions.fourier(), sum.dataType());
        INDArray change = Nd4j.createUninitialized(sum.dataType(), sum.shape())) {
      delta
          .dense()
          .materialise(adapter.coefficients().get(module), adapter.factor(module) * weight, change);
      sum.addi(change);
    }
  }

  /** The active change as the graph stores the weight; the caller closes it. */
  private INDArray stored(String module) {
    Storage storage = weights.get(module).storage();
    long[] shape = graph.getVariable(weights.get(module).variable()).getArr().shape();
    try (INDArray delta = delta(module)) {
      if (storage.matrix()) {
        return (storage == Storage.IN_OUT ? delta.transpose() : delta).dup('c');
      }
      return delta.reshape('c', storage.unfolded(shape)).permute(storage.order()).dup('c');
    }
  }

  @Override
  public Adapter.Builder toAdapter(String name) {
    GraphAdapter adapter = adapters.get(name);
    if (adapters.active().containsKey(name)) {
      sync();
    }
    return adapter.spec().toAdapter(adapter.coefficients(), adapter.tensors());
  }

  @Override
  public ParameterCount parameterCount() {
    long total = parameters.count();
    for (GraphAdapter adapter : adapters.values()) {
      total += adapter.spec().coefficientCount();
    }
    long trainable = 0;
    if (adapters.single() && !adapters.merged()) {
      trainable =
          only().spec().coefficientCount()
              + only().tensors().values().stream().mapToLong(INDArray::length).sum();
    }
    return new ParameterCount(trainable, total);
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
    parameters.detach();
    adapters.values().forEach(GraphAdapter::close);
    closed = true;
  }
}
