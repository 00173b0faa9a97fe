package io.fourierft.layers;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** A network of one layer after the other. */
record LayeredHost(MultiLayerNetwork network) implements Host<MultiLayerNetwork> {

  @Override
  public List<Site> sites() {
    return IntStream.range(0, network.getnLayers()).mapToObj(this::site).toList();
  }

  private Site site(int index) {
    Layer layer = network.getLayerWiseConfigurations().getConf(index).getLayer();
    String number = Integer.toString(index);
    String name = layer.getLayerName() == null ? number : layer.getLayerName();
    return new Site(name, number, layer, network.getLayer(index));
  }

  @Override
  public DataType type() {
    return network.getLayerWiseConfigurations().getDataType();
  }

  @Override
  public Set<String> below(Set<String> trained) {
    Set<String> names = new HashSet<>();
    for (Site site : sites()) {
      if (trained.contains(site.name())) {
        break;
      }
      names.add(site.name());
    }
    return names;
  }

  @Override
  public LayeredHost with(Map<String, Layer> layers) {
    MultiLayerConfiguration changed = network.getLayerWiseConfigurations().clone();
    Host.requireStandard(changed.getBackpropType());
    List<Site> sites = sites();
    long count = 0;
    for (int i = 0; i < sites.size(); i++) {
      NeuralNetConfiguration one = changed.getConf(i);
      one.setLayer(layers.getOrDefault(sites.get(i).name(), one.getLayer()));
      one.clearVariables();
      count += one.getLayer().initializer().numParams(one);
    }
    changed.setIterationCount(0);
    changed.setEpochCount(0);
    MultiLayerNetwork made = new MultiLayerNetwork(changed);
    made.init(Nd4j.create(type(), 1, count), false);
    made.setListeners(network.getListeners());
    LayeredHost host = new LayeredHost(made);
    Host.copy(this, host);
    return host;
  }

  @Override
  public void restart() {
    network.getLayerWiseConfigurations().setIterationCount(0);
    network.setUpdater(null);
  }
}
