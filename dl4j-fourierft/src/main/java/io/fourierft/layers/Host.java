package io.fourierft.layers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
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

    /** What an adapter has here; none or one. */
    List<LayerAdapter> adapters(String name) {
      return configuration instanceof FourierFtLayer adapted
          ? adapted.adapters().stream().filter(part -> part.name().equals(name)).toList()
          : List.of();
    }

    /** Whether a tensor of an adapter is one of this layer's parameters. */
    boolean owns(String tensor) {
      return tensor.startsWith(name + ".")
          && hasParameters()
          && running.paramTable().containsKey(tensor.substring(name.length() + 1));
    }

    /** Whether training moves one of its parameters. */
    boolean trains(String parameter) {
      if (configuration instanceof FourierFtLayer adapted) {
        return adapted.trains(parameter);
      }
      boolean base =
          configuration instanceof FourierFtDenseLayer
              && parameter.equals(FourierFtDenseLayer.WEIGHT);
      return !base && !(configuration instanceof FrozenLayer);
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

  /** Refuses training that frozen recurrent layers would not take part in. */
  static void requireStandard(BackpropType type) {
    if (type == BackpropType.TruncatedBPTT) {
      throw new IllegalArgumentException(
          "backpropagation expected Standard but found TruncatedBPTT: frozen recurrent layers carry"
              + " no state from segment to segment");
    }
  }

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
