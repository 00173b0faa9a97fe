package io.fourierft.layers;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A network of vertices. */
record GraphHost(ComputationGraph network) implements Host<ComputationGraph> {

  @Override
  public List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    for (int index : network.topologicalSortOrder()) {
      String name = network.getVertices()[index].getVertexName();
      if (network.getConfiguration().getVertices().get(name) instanceof LayerVertex vertex) {
        sites.add(new Site(name, name, vertex.getLayerConf().getLayer(), network.getLayer(name)));
      }
    }
    return sites;
  }

  @Override
  public DataType type() {
    return network.getConfiguration().getDataType();
  }

  @Override
  public Set<String> below(Set<String> trained) {
    Set<String> reached = new HashSet<>(); // by something that is trained
    Set<String> below = new HashSet<>();
    for (int index : network.topologicalSortOrder()) {
      String name = network.getVertices()[index].getVertexName();
      List<String> inputs =
          network.getConfiguration().getVertexInputs().getOrDefault(name, List.of());
      if (trained.contains(name) || inputs.stream().anyMatch(reached::contains)) {
        reached.add(name);
      } else {
        below.add(name);
      }
    }
    return below;
  }

  @Override
  public GraphHost with(Map<String, Layer> layers) {
    ComputationGraphConfiguration changed = network.getConfiguration().clone();
    Host.requireStandard(changed.getBackpropType());
    long count = 0;
    for (Map.Entry<String, GraphVertex> entry : changed.getVertices().entrySet()) {
      if (entry.getValue() instanceof LayerVertex vertex) {
        Layer old = vertex.getLayerConf().getLayer();
        vertex.getLayerConf().setLayer(layers.getOrDefault(entry.getKey(), old));
        vertex.getLayerConf().clearVariables();
      } else if (entry.getValue().numParams(false) > 0) {
        throw new IllegalArgumentException(
            "vertices expected to be layers or without parameters but found "
                + entry.getValue().getClass().getSimpleName()
                + " ("
                + entry.getKey()
                + ")");
      }
      count += entry.getValue().numParams(false);
    }
    changed.setIterationCount(0);
    changed.setEpochCount(0);
    ComputationGraph made = new ComputationGraph(changed);
    made.init(Nd4j.create(type(), 1, count), false);
    made.setListeners(network.getListeners());
    GraphHost host = new GraphHost(made);
    Host.copy(this, host);
    return host;
  }

  @Override
  public void restart() {
    network.getConfiguration().setIterationCount(0);
    network.setUpdater(null);
  }
}
