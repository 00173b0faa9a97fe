package io.fourierft;

import io.fourierft.adapter.Adapter;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model with named adapters, whatever kind of model it is. Each adapter may have modules, entries
 * and fully trained parameters of its own; which of them count is switched without touching the
 * base weights, unless a change is {@link #merge merged} into them.
 *
 * <p>One adapter is active after attaching, under the name {@link #DEFAULT}. What cannot be done is
 * refused with an exception and leaves the model as it was: unknown names, settings and shapes with
 * {@link IllegalArgumentException}, what the model's state does not allow with {@link
 * IllegalStateException}. For one thread at a time.
 */
public interface Adapted extends AutoCloseable {
  /** Name of the adapter that attaching makes. */
  String DEFAULT = "default";

  /**
   * Modules that can get a delta.
   *
   * @return paths and shapes, in the model's order
   */
  List<ModuleShape> shapes();

  /**
   * All adapters, active or not.
   *
   * @return their names, in the order they came
   */
  Set<String> adapters();

  /**
   * The adapters that count, with their weights.
   *
   * @return weight by name; empty while the model is as without adapters
   */
  Map<String, Double> active();

  /**
   * Adds an adapter at its start, not yet active.
   *
   * @param name a new name
   * @param options its settings
   */
  void add(String name, FourierOptions options);

  /**
   * Adds a trained adapter, not yet active.
   *
   * @param name a new name
   * @param adapter made over the same base
   */
  void add(String name, Adapter adapter);

  /**
   * Makes one adapter the only active one. It is the one that trains.
   *
   * @param name its name
   */
  void activate(String name);

  /**
   * Makes a weighted sum of adapters active, for inference: nothing trains. Parameters trained in
   * full take their base values plus the weighted sum of their changes.
   *
   * @param weights finite weights by name
   */
  void combine(Map<String, Double> weights);

  /** Makes the model act as without adapters. */
  void disable();

  /**
   * Removes an adapter for good.
   *
   * @param name its name; not one that is active
   */
  void delete(String name);

  /**
   * Writes the active adapters' change into the base weights, which then cost nothing extra.
   * Refused, with no weight written, if any sum is not finite. The former weights are kept.
   */
  void merge();

  /**
   * Takes a merge back: every weight is again what it was, bit for bit. Refused if someone else
   * changed a merged weight since.
   */
  void unmerge();

  /**
   * Whether a change is merged.
   *
   * @return true between {@link #merge} and {@link #unmerge}
   */
  boolean merged();

  /**
   * Merges the active adapters for good and closes this object: the model stays as a plain one with
   * other weights, to be saved as any.
   */
  void mergeAndDetach();

  /**
   * An adapter as it is now.
   *
   * @param name its name
   * @return a builder that takes base model, task and provenance
   */
  Adapter.Builder toAdapter(String name);

  /**
   * Numbers of parameters.
   *
   * @return what trains now, and all there are
   */
  ParameterCount parameterCount();

  /** Takes all adapters away. The model is again what it was before attaching. */
  @Override
  void close();
}
