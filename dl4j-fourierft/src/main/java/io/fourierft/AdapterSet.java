package io.fourierft;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names and states of a model's adapters: which there are, which are active, whether they are
 * merged. What a model does about a change is its own business, before it tells this object. Not
 * thread safe.
 *
 * @param <A> what the model keeps of an adapter
 */
public final class AdapterSet<A> {
  private final Map<String, A> adapters = new LinkedHashMap<>();
  private Map<String, Double> active = Map.of();
  private boolean merged;

  private AdapterSet() {}

  /**
   * A set without adapters.
   *
   * @param <A> what the model keeps of an adapter
   * @return a new set
   */
  public static <A> AdapterSet<A> empty() {
    return new AdapterSet<>();
  }

  /**
   * All adapters.
   *
   * @return their names, in the order they came
   */
  public Set<String> names() {
    return Collections.unmodifiableSet(adapters.keySet());
  }

  /**
   * What the model keeps of its adapters.
   *
   * @return one object for each adapter
   */
  public Collection<A> values() {
    return Collections.unmodifiableCollection(adapters.values());
  }

  /**
   * What the model keeps of an adapter.
   *
   * @param name its name
   * @return the object
   */
  public A get(String name) {
    A adapter = adapters.get(name);
    if (adapter == null) {
      throw new IllegalArgumentException(
          "adapter expected one of "
              + adapters.keySet()
              + " but found "
              + name
              + (adapters.isEmpty()
                  ? ""
                  : "; nearest: " + NearestNames.of(List.of(name), adapters.keySet()).get(0)));
    }
    return adapter;
  }

  /**
   * Refuses a name that cannot be a new adapter's, as it becomes part of variables and paths.
   *
   * @param name the name
   */
  public void requireNew(String name) {
    if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}")) {
      throw new IllegalArgumentException(
          "adapter name expected 1 to 64 letters, digits, _ or - but found \"" + name + "\"");
    }
    if (adapters.containsKey(name)) {
      throw new IllegalArgumentException(
          "adapter name expected to be new but found " + name + " (there are " + names() + ")");
    }
  }

  /**
   * Adds an adapter.
   *
   * @param name a new name
   * @param adapter what the model keeps of it
   */
  public void add(String name, A adapter) {
    requireNew(name);
    adapters.put(name, adapter);
  }

  /**
   * Refuses to remove an adapter that is active.
   *
   * @param name its name
   * @return what the model keeps of it
   */
  public A requireRemovable(String name) {
    A adapter = get(name);
    if (active.containsKey(name)) {
      throw new IllegalStateException(
          "adapter to delete expected to be inactive but found " + name + " among the active ones");
    }
    return adapter;
  }

  /**
   * Removes an adapter.
   *
   * @param name its name; not one that is active
   */
  public void remove(String name) {
    requireRemovable(name);
    adapters.remove(name);
  }

  /**
   * The active adapters.
   *
   * @return weight by name
   */
  public Map<String, Double> active() {
    return active;
  }

  /**
   * The adapter that trains.
   *
   * @return true if one adapter alone is active, with weight 1
   */
  public boolean single() {
    return active.size() == 1 && active.values().iterator().next() == 1;
  }

  /**
   * Refuses other active adapters than there can be.
   *
   * @param weights weight by name
   */
  public void requireActivable(Map<String, Double> weights) {
    weights.keySet().forEach(this::get);
    weights.forEach(
        (name, weight) -> {
          if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException(
                "adapter weight expected a finite number but found " + weight + " (" + name + ")");
          }
        });
    requireUnmerged();
  }

  /**
   * Sets the active adapters.
   *
   * @param weights weight by name; none to disable all
   */
  public void activate(Map<String, Double> weights) {
    requireActivable(weights);
    active = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /**
   * Whether a change is merged.
   *
   * @return true if so
   */
  public boolean merged() {
    return merged;
  }

  /** Refuses to go on while a change is merged. */
  public void requireUnmerged() {
    if (merged) {
      throw new IllegalStateException(
          "weights expected without a merged change but found "
              + active.keySet()
              + " merged; unmerge first");
    }
  }

  /** Refuses to merge where something is merged or nothing is active. */
  public void requireMergeable() {
    requireUnmerged();
    if (active.isEmpty()) {
      throw new IllegalStateException(
          "merge expected an active adapter but found none of " + names() + " active");
    }
  }

  /** Refuses to unmerge where nothing is merged. */
  public void requireMerged() {
    if (!merged) {
      throw new IllegalStateException("unmerge expected a merged change but found none");
    }
  }

  /**
   * Says whether a change is merged from now on.
   *
   * @param now true after merging
   */
  public void setMerged(boolean now) {
    merged = now;
  }
}
