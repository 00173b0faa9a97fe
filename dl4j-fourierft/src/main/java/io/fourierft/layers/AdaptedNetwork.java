package io.fourierft.layers;

import io.fourierft.FourierOptions;
import io.fourierft.adapter.Adapter;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A DL4J network under FourierFT adapters. {@link #network()} is an ordinary network: fit,
 * evaluate, save and load it as any other. This handle does what DL4J has no words for: it names,
 * adds, activates and deletes adapters, merges them, and turns them into {@link Adapter} files.
 *
 * <p>All adapters are part of the network's parameters, so that a saved network keeps them. Adding
 * or deleting one lays the parameters out anew: {@link #network()} then returns another network,
 * and updaters start again. For one thread at a time.
 *
 * @param <M> {@code MultiLayerNetwork} or {@code ComputationGraph}
 */
public final class AdaptedNetwork<M extends Model> implements AutoCloseable {
  /** Name of an adapter that was given none. */
  public static final String DEFAULT = "default";

  private final Merge merge = new Merge();
  private Host<M> host;

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
    if (adapted().isEmpty()) {
      throw new IllegalArgumentException("network expected adapted layers but found none");
    }
    return this;
  }

  private AdaptedNetwork<M> attached(FourierOptions options, IUpdater updater) {
    return new AdaptedNetwork<>(Attachment.attach(host, options, updater));
  }

  /**
   * The network as it is now. Adding and deleting adapters replaces it.
   *
   * @return the network under the active adapters
   */
  public M network() {
    return host.network();
  }

  private Map<String, AdaptedLayer> adapted() {
    Map<String, AdaptedLayer> layers = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      if (site.running() instanceof AdaptedLayer layer) {
        layers.put(site.name(), layer);
      }
    }
    return layers;
  }

  private List<LayerAdapter> parts(String name) {
    List<LayerAdapter> parts =
        adapted().values().stream()
            .flatMap(layer -> layer.layer().adapters().stream())
            .filter(adapter -> adapter.name().equals(name))
            .toList();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          "adapter expected one of " + names() + " but found " + name);
    }
    return parts;
  }

  private Set<String> names(Predicate<LayerAdapter> wanted) {
    return adapted().values().stream()
        .flatMap(layer -> layer.layer().adapters().stream())
        .filter(wanted)
        .map(LayerAdapter::name)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * All adapters.
   *
   * @return their names, in the order in which they were added
   */
  public Set<String> names() {
    return names(adapter -> true);
  }

  /**
   * The adapters whose deltas count, and train.
   *
   * @return their names
   */
  public Set<String> active() {
    return names(LayerAdapter::active);
  }

  /**
   * The weights under adapters.
   *
   * @return names of their modules: the layer's, with the weight's key where a layer has several
   */
  public List<String> modules() {
    return Targets.all(host.sites()).values().stream()
        .filter(target -> !target.spectra(adapter -> true).isEmpty())
        .map(Targets.Target::module)
        .toList();
  }

  /**
   * Numbers that training moves: coefficients of active adapters, biases and layers set free.
   *
   * @return their count
   */
  public long trainableCount() {
    return host.sites().stream()
        .filter(Host.Site::hasParameters)
        .mapToLong(
            site ->
                site.running().paramTable().entrySet().stream()
                    .filter(parameter -> site.trains(parameter.getKey()))
                    .mapToLong(parameter -> parameter.getValue().length())
                    .sum())
        .sum();
  }

  /**
   * All numbers of the network, coefficients included.
   *
   * @return their count
   */
  public long parameterCount() {
    return host.network().numParams();
  }

  /**
   * Adds an adapter that is not active yet.
   *
   * @param name its name
   * @param options number of coefficients, scaling, entries and targets
   */
  public void add(String name, FourierOptions options) {
    requireNew(name);
    Map<String, LayerAdapter> parts = Attachment.adapter(host, nextId(), name, options, false);
    host = Attachment.laidOut(host, layers(adapter -> true), parts);
    Starts.set(host, parts, options);
  }

  /**
   * Adds an adapter from a file, not active yet.
   *
   * @param name its name
   * @param adapter its coefficients; every layer must be one of this network's
   */
  public void add(String name, Adapter adapter) {
    requireNew(name);
    Map<String, LayerAdapter> parts = Exchange.parts(host, nextId(), name, adapter);
    host = Attachment.laidOut(host, layers(any -> true), parts);
    Exchange.load(host, name, adapter);
  }

  private void requireNew(String name) {
    merge.requireUnmerged();
    if (names().contains(name)) {
      throw new IllegalArgumentException(
          "adapter name expected a new one but found " + name + " (there are " + names() + ")");
    }
  }

  private int nextId() {
    return adapted().values().stream()
            .flatMap(layer -> layer.layer().adapters().stream())
            .mapToInt(LayerAdapter::id)
            .max()
            .orElse(-1)
        + 1;
  }

  /** The configurations of wrapped layers, with the adapters that are wanted. */
  private Map<String, FourierFtLayer> layers(Predicate<LayerAdapter> wanted) {
    Map<String, FourierFtLayer> layers = new LinkedHashMap<>();
    for (Host.Site site : host.sites()) {
      if (site.configuration() instanceof FourierFtLayer layer) {
        layers.put(
            site.name(), layer.withAdapters(layer.adapters().stream().filter(wanted).toList()));
      }
    }
    return layers;
  }

  /**
   * Takes an adapter away.
   *
   * @param name its name; not that of the last one
   */
  public void delete(String name) {
    merge.requireUnmerged();
    parts(name);
    if (names().size() == 1) {
      throw new IllegalArgumentException(
          "adapters expected at least one to stay but found only "
              + name
              + " (plain() takes all of them away)");
    }
    host = Attachment.laidOut(host, layers(part -> !part.name().equals(name)), Map.of());
  }

  /**
   * Lets the deltas of some adapters count, added up, and train; the others rest. Updaters start
   * again.
   *
   * @param names the adapters; none for the network as it was before any
   */
  public void activate(String... names) {
    merge.requireUnmerged();
    List<String> wanted = List.of(names);
    wanted.forEach(this::parts);
    host.sites().stream()
        .map(Host.Site::configuration)
        .filter(FourierFtLayer.class::isInstance)
        .forEach(layer -> ((FourierFtLayer) layer).activate(wanted));
    host.restart();
  }

  /** Computes as the network did before any adapter, until {@link #activate} is called. */
  public void disable() {
    activate();
  }

  /**
   * Adds an adapter that is a weighted sum of others, not active yet. Their deltas add up as their
   * coefficients do, so they must share entries, scaling and layers.
   *
   * @param name its name
   * @param weights factor by adapter
   */
  public void combine(String name, Map<String, Double> weights) {
    requireNew(name);
    Adapter combined = Exchange.combined(this, weights);
    add(name, combined);
  }

  /**
   * An adapter's coefficients, and what else is trained, in a builder that takes base model, task
   * and provenance.
   *
   * @param name its name
   * @return a builder with everything this network knows
   */
  public Adapter.Builder toAdapter(String name) {
    return Exchange.builder(host, name, parts(name).get(0));
  }

  /**
   * The only active adapter's coefficients.
   *
   * @return a builder with everything this network knows
   */
  public Adapter.Builder toAdapter() {
    Set<String> active = active();
    if (active.size() != 1) {
      throw new IllegalStateException("active adapters expected one but found " + active);
    }
    return toAdapter(active.iterator().next());
  }

  /**
   * Takes coefficients over from an adapter of the same layers, entries and scaling. Nothing
   * changes unless all of it fits.
   *
   * @param name which adapter of this network takes them
   * @param adapter the coefficients
   */
  public void load(String name, Adapter adapter) {
    merge.requireUnmerged();
    Exchange.check(host, name, parts(name).get(0), adapter);
    Exchange.load(host, name, adapter);
  }

  /**
   * The weight change of a module under the active adapters.
   *
   * @param module its name
   * @return a new array {@code [out, in]}; the caller closes it
   */
  public INDArray delta(String module) {
    Targets.Target target = Targets.all(host.sites()).get(module);
    if (target == null || !(target.site().running() instanceof AdaptedLayer layer)) {
      throw new IllegalArgumentException(
          "module expected one of " + modules() + " but found " + module);
    }
    return layer.weight(target.weight().key()).delta(layer.layer());
  }

  /**
   * Writes the active deltas into the weights, for speed: the network then computes as it would
   * without this library, and cannot be trained. A sum that is not finite is refused before
   * anything changes.
   */
  public void merge() {
    merge.merge(adapted());
  }

  /** Puts the weights back as they were before {@link #merge}, bit for bit. */
  public void unmerge() {
    merge.unmerge(adapted());
  }

  /**
   * Whether the deltas are in the weights.
   *
   * @return true between {@link #merge} and {@link #unmerge}
   */
  public boolean merged() {
    return merge.merged();
  }

  /**
   * A network of the original configuration with the active deltas in its weights: nothing of this
   * library is needed to load it. A sum that is not finite is refused.
   *
   * @return a new network
   */
  public M plain() {
    Map<String, Layer> bare = new LinkedHashMap<>();
    layers(adapter -> true).forEach((name, layer) -> bare.put(name, layer.getUnderlying()));
    merge.requireFinite(adapted());
    Host<M> plain = host.with(bare);
    for (Host.Site site : plain.sites()) {
      AdaptedLayer layer = adapted().get(site.name());
      if (layer != null) {
        layer
            .weights()
            .forEach(
                weight -> weight.writeSum(layer.layer(), site.running().getParam(weight.key())));
      }
    }
    return plain.network();
  }

  /** Gives the buffers of effective weights back; the next use builds them again. */
  public void release() {
    adapted().values().forEach(layer -> layer.weights().forEach(EffectiveWeight::release));
  }

  /** Closes the buffers of this handle; the network's own memory is the caller's. */
  @Override
  public void close() {
    adapted().values().forEach(AdaptedLayer::close);
    merge.close();
  }
}
