package io.fourierft.layers;

import io.fourierft.Adapted;
import io.fourierft.AdapterSet;
import io.fourierft.AdapterSpec;
import io.fourierft.FourierOptions;
import io.fourierft.MergedWeights;
import io.fourierft.ModuleShape;
import io.fourierft.ParameterCount;
import io.fourierft.adapter.Adapter;
import io.fourierft.spectral.Entries;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A DL4J network under FourierFT adapters. {@link #network()} is an ordinary network: fit,
 * evaluate, save and load it as any other. This handle does what DL4J has no words for.
 *
 * <p>A network's parameters are one vector, so that attaching makes a copy that has room for the
 * coefficients; close the original if nobody needs it any more.
 *
 * <p>All adapters are part of the network's parameters, so that a saved network keeps them. Adding
 * or deleting one lays the parameters out anew: {@link #network()} then returns another network.
 * Changing which are active starts updaters and iterations again. For one thread at a time.
 *
 * @param <M> {@code MultiLayerNetwork} or {@code ComputationGraph}
 */
public final class AdaptedNetwork<M extends Model> implements Adapted {
  private final AdapterSet<Member> adapters = AdapterSet.empty();
  private Host<M> host;
  private Optional<MergedWeights> merge = Optional.empty();

  /** What is kept of an adapter. */
  private record Member(int id, AdapterSpec spec) {}

  private AdaptedNetwork(Host<M> host) {
    this.host = host;
  }

  /**
   * Puts a delta over the target weights of a copy of a network and freezes the rest.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options number of coefficients, scaling, entries and targets
   * @return the adapted network
   */
  public static AdaptedNetwork<MultiLayerNetwork> attach(
      MultiLayerNetwork network, FourierOptions options) {
    return attach(network, options, SpectrumUpdaters.standard());
  }

  /**
   * Puts a delta over the target weights of a copy of a network and freezes the rest.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options number of coefficients, scaling, entries and targets
   * @param updater moves the coefficients
   * @return the adapted network
   */
  public static AdaptedNetwork<MultiLayerNetwork> attach(
      MultiLayerNetwork network, FourierOptions options, IUpdater updater) {
    return new AdaptedNetwork<>(new LayeredHost(network)).attached(options, updater);
  }

  /**
   * Puts a delta over the target weights of a copy of a network and freezes the rest.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options number of coefficients, scaling, entries and targets
   * @return the adapted network
   */
  public static AdaptedNetwork<ComputationGraph> attach(
      ComputationGraph network, FourierOptions options) {
    return attach(network, options, SpectrumUpdaters.standard());
  }

  /**
   * Puts a delta over the target weights of a copy of a network and freezes the rest.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options number of coefficients, scaling, entries and targets
   * @param updater moves the coefficients
   * @return the adapted network
   */
  public static AdaptedNetwork<ComputationGraph> attach(
      ComputationGraph network, FourierOptions options, IUpdater updater) {
    return new AdaptedNetwork<>(new GraphHost(network)).attached(options, updater);
  }

  /**
   * Takes up a network that was attached before, saved and loaded.
   *
   * @param network a network with adapted layers
   * @return the adapted network
   */
  public static AdaptedNetwork<MultiLayerNetwork> of(MultiLayerNetwork network) {
    return new AdaptedNetwork<>(new LayeredHost(network)).checked();
  }

  /**
   * Takes up a network that was attached before, saved and loaded.
   *
   * @param network a network with adapted layers
   * @return the adapted network
   */
  public static AdaptedNetwork<ComputationGraph> of(ComputationGraph network) {
    return new AdaptedNetwork<>(new GraphHost(network)).checked();
  }

  private AdaptedNetwork<M> checked() {
    Map<String, Double> active = new LinkedHashMap<>();
    boolean merged = false;
    for (FourierFtLayer layer : Attachment.wrapped(host).values()) {
      merged |= layer.merged();
      for (LayerAdapter part : layer.adapters()) {
        if (!adapters.names().contains(part.name())) {
          adapters.add(part.name(), new Member(part.id(), part.settings().spec(layers(part))));
          if (part.weight() != 0) {
            active.put(part.name(), part.weight());
          }
        }
      }
    }
    if (adapters.names().isEmpty()) {
      throw new IllegalArgumentException("network expected adapted layers but found none");
    }
    adapters.activate(active);
    adapters.setMerged(merged);
    return this;
  }

  private Map<String, Entries> layers(LayerAdapter part) {
    Map<String, Entries> layers = new LinkedHashMap<>();
    Exchange.coefficients(host, part.name())
        .forEach(
            (module, values) -> {
              WeightMatrix weight = Targets.all(host.sites()).get(module).weight();
              layers.put(
                  module,
                  Entries.of(
                      part.settings().entryRule(),
                      weight.rows(),
                      weight.cols(),
                      (int) values.length()));
            });
    return layers;
  }

  private AdaptedNetwork<M> attached(FourierOptions options, IUpdater updater) {
    host = add(DEFAULT, options, Attachment.frozen(host, updater));
    activate(DEFAULT);
    return this;
  }

  /** Adds an adapter; this object changes once everything fits. */
  private Host<M> add(String name, FourierOptions options, Map<String, FourierFtLayer> layers) {
    FourierOptions resolved = Targets.resolved(host.sites(), options);
    AdapterSpec spec = AdapterSpec.of(resolved, shapes());
    int id = nextId();
    Map<String, LayerAdapter> parts =
        Attachment.withFull(host, id, name, resolved, Attachment.parts(host, id, name, spec));
    Host<M> made = Attachment.laidOut(host, layers, parts);
    Exchange.start(made, name, spec, options.initSeed());
    adapters.add(name, new Member(id, spec));
    return made;
  }

  private int nextId() {
    return adapters.values().stream().mapToInt(Member::id).max().orElse(-1) + 1;
  }

  /**
   * The network as it is now. Adding and deleting adapters replaces it.
   *
   * @return the network under the active adapters
   */
  public M network() {
    return host.network();
  }

  @Override
  public List<ModuleShape> shapes() {
    return Targets.shapes(host.sites());
  }

  @Override
  public Set<String> adapters() {
    return adapters.names();
  }

  @Override
  public Map<String, Double> active() {
    return adapters.active();
  }

  /**
   * The weights that the active adapters change.
   *
   * @return names of their modules: the layer's, with the weight's key where a layer has several
   */
  public List<String> modules() {
    Set<String> changed = new LinkedHashSet<>();
    adapters
        .active()
        .keySet()
        .forEach(name -> changed.addAll(adapters.get(name).spec().layers().keySet()));
    return Targets.all(host.sites()).keySet().stream().filter(changed::contains).toList();
  }

  @Override
  public void add(String name, FourierOptions options) {
    adapters.requireNew(name);
    adapters.requireUnmerged();
    host = add(name, options, Attachment.wrapped(host));
  }

  @Override
  public void add(String name, Adapter adapter) {
    adapters.requireNew(name);
    adapters.requireUnmerged();
    AdapterSpec spec = AdapterSpec.of(adapter, shapes());
    Attachment.requireTensors(host, adapter);
    int id = nextId();
    Map<String, LayerAdapter> parts =
        Attachment.withFull(host, id, name, adapter, Attachment.parts(host, id, name, spec));
    host = Attachment.laidOut(host, Attachment.wrapped(host), parts);
    Exchange.load(host, name, adapter);
    adapters.add(name, new Member(id, spec));
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
    adapters.activate(weights);
    Attachment.wrapped(host).values().forEach(layer -> layer.activate(weights, adapters.single()));
    host.restart();
  }

  @Override
  public void delete(String name) {
    adapters.requireUnmerged();
    adapters.requireRemovable(name);
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>();
    Attachment.wrapped(host)
        .forEach(
            (layer, wrapper) ->
                layers.put(
                    layer,
                    wrapper.withAdapters(
                        wrapper.adapters().stream()
                            .filter(part -> !part.name().equals(name))
                            .toList())));
    host = Attachment.laidOut(host, layers, Map.of());
    adapters.remove(name);
  }

  @Override
  public Adapter.Builder toAdapter(String name) {
    return Exchange.builder(host, name, adapters.get(name).spec());
  }

  /**
   * The only active adapter as it is now.
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
   * Takes numbers over from an adapter of the same settings, into the only active one. Nothing
   * changes unless all of it fits.
   *
   * @param adapter an adapter of the same modules, rule and scaling
   */
  public void load(Adapter adapter) {
    adapters.requireUnmerged();
    String name = only();
    adapters.get(name).spec().requireSame(adapter, shapes());
    Attachment.requireTensors(host, adapter);
    Set<String> own = Exchange.tensors(host, name).keySet();
    adapter
        .tensors()
        .forEach(
            tensor -> {
              if (!own.contains(tensor.name())) {
                throw new IllegalArgumentException(
                    "adapter tensor expected one of " + own + " but found " + tensor.name());
              }
            });
    Exchange.load(host, name, adapter);
  }

  @Override
  public ParameterCount parameterCount() {
    long trainable =
        host.sites().stream()
            .filter(Host.Site::hasParameters)
            .mapToLong(
                site ->
                    site.running().paramTable().entrySet().stream()
                        .filter(parameter -> site.trains(parameter.getKey()))
                        .mapToLong(parameter -> parameter.getValue().length())
                        .sum())
            .sum();
    return new ParameterCount(adapters.merged() ? 0 : trainable, host.network().numParams());
  }

  /**
   * The weight change of a module under the active adapters.
   *
   * @param module its name
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta(String module) {
    if (!modules().contains(module)) {
      throw new IllegalArgumentException(
          "adapted module expected one of " + modules() + " but found " + module);
    }
    Targets.Target target = Targets.all(host.sites()).get(module);
    AdaptedLayer layer = (AdaptedLayer) target.site().running();
    return layer.weight(target.weight().key()).orElseThrow().delta(layer.layer());
  }

  private Map<String, AdaptedLayer> running() {
    Map<String, AdaptedLayer> layers = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      if (site.running() instanceof AdaptedLayer layer) {
        layers.put(site.name(), layer);
      }
    }
    return layers;
  }

  @Override
  public void merge() {
    adapters.requireMergeable();
    merge = Optional.of(merged(host));
    Attachment.wrapped(host).values().forEach(layer -> layer.setMerged(true));
    adapters.setMerged(true);
  }

  /** Adds the active changes to the parameters of a network of the same layers. */
  private MergedWeights merged(Host<M> target) {
    Map<String, INDArray> weights = new LinkedHashMap<>();
    Map<String, EffectiveWeight> changed = new LinkedHashMap<>();
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>();
    Map<String, AdaptedLayer> running = running();
    for (Host.Site site : target.sites()) {
      AdaptedLayer layer = running.get(site.name());
      for (EffectiveWeight weight : layer == null ? List.<EffectiveWeight>of() : layer.weights()) {
        if (weight.changes(layer.layer())) {
          String name = site.name() + "." + weight.key();
          weights.put(name, site.running().getParam(weight.key()));
          changed.put(name, weight);
          layers.put(name, layer.layer());
        }
      }
    }
    return MergedWeights.merge(weights, name -> changed.get(name).change(layers.get(name)));
  }

  @Override
  public void unmerge() {
    adapters.requireMerged();
    if (merge.isEmpty()) {
      throw new IllegalStateException(
          "unmerge expected a change merged by this object but the network was saved merged");
    }
    merge.get().unmerge();
    merge = Optional.empty();
    Attachment.wrapped(host).values().forEach(layer -> layer.setMerged(false));
    adapters.setMerged(false);
  }

  @Override
  public boolean merged() {
    return adapters.merged();
  }

  /**
   * A network of the original configuration with the active changes in its weights: nothing of this
   * library is needed to load it. A sum that is not finite is refused.
   *
   * @return a new network
   */
  public M plain() {
    return bare().network();
  }

  private Host<M> bare() {
    Map<String, Layer> bare = new LinkedHashMap<>();
    Attachment.wrapped(host).forEach((name, layer) -> bare.put(name, layer.getUnderlying()));
    Host<M> plain = host.with(bare);
    merged(plain).close();
    return plain;
  }

  @Override
  public void mergeAndDetach() {
    Host<M> plain = bare();
    close();
    host = plain;
  }

  /**
   * Gives back what computing takes beside the parameters: a buffer for each adapted weight, and
   * tables. The next use takes it again. Attaching alone takes none.
   */
  public void release() {
    running().values().forEach(AdaptedLayer::close);
  }

  /**
   * Gives all buffers back. The network that was attached to was never changed; the memory of
   * {@link #network()} is the caller's.
   */
  @Override
  public void close() {
    release();
    merge.ifPresent(MergedWeights::close);
    merge = Optional.empty();
  }
}
