package io.fourierft.layers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.nd4j.linalg.api.buffer.DataType;

/** The kind of network that layers stand in. */
sealed interface Host<M extends Model> permits LayeredHost, GraphHost {

  /**
   * A layer and where it stands.
   *
   * @param name its name
   * @param index its number, or its name again where layers have none
   * @param configuration its configuration
   * @param running its running form
   */
  record Site(
      String name, String index, Layer configuration, org.deeplearning4j.nn.api.Layer running) {

    /** Whether training moves one of its parameters. */
    boolean trains(String parameter) {
      return configuration instanceof FourierFtLayer adapted
          ? adapted.trains(parameter)
          : !(configuration instanceof FrozenLayer);
    }

    boolean hasParameters() {
      return running.paramTable() != null && !running.paramTable().isEmpty();
    }
  }

  /** The network. */
  M network();

  /** Its layers, inputs before outputs. */
  List<Site> sites();

  /** Its element type. */
  DataType type();

  /**
   * Layers below which, and in which, nothing is trained.
   *
   * @param trained names of the layers that are
   */
  Set<String> below(Set<String> trained);

  /**
   * A network of the same structure with other layers in some places. Parameters of the same layer
   * and name are copied, listeners go along, iterations are counted from 0.
   *
   * @param layers new configurations by name
   */
  Host<M> with(Map<String, Layer> layers);

  /** Starts the updaters anew, as the configuration has them now. */
  void restart();

  /** Copies what two networks have in common. */
  static void copy(Host<?> from, Host<?> to) {
    for (int i = 0; i < from.sites().size(); i++) {
      Site target = to.sites().get(i);
      if (!target.hasParameters()) {
        continue;
      }
      var source = from.sites().get(i).running().paramTable();
      target
          .running()
          .paramTable()
          .forEach(
              (key, value) -> {
                if (source.containsKey(key)) {
                  value.assign(source.get(key));
                }
              });
    }
  }
}
