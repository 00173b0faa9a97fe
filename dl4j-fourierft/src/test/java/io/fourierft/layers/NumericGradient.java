package io.fourierft.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.UpdaterCreator;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Compares what a network's updater would do, at SGD with rate 1, with central differences. */
final class NumericGradient {
  private static final double STEP = 1e-5;

  private NumericGradient() {}

  static void check(MultiLayerNetwork network, DataSet data, String what) {
    score(network, data);
    UpdaterCreator.getUpdater(network)
        .update(
            network,
            network.gradient(),
            0,
            0,
            (int) data.getFeatures().size(0),
            LayerWorkspaceMgr.noWorkspaces());
    compare(
        new LayeredHost(network),
        network.getFlattenedGradients().dup(),
        host -> score(network, data),
        what);
  }

  static void check(ComputationGraph network, DataSet data, String what) {
    score(network, data);
    new ComputationGraphUpdater(network)
        .update(
            network.gradient(),
            0,
            0,
            (int) data.getFeatures().size(0),
            LayerWorkspaceMgr.noWorkspaces());
    compare(
        new GraphHost(network),
        network.getFlattenedGradients().dup(),
        host -> score(network, data),
        what);
  }

  private static double score(MultiLayerNetwork network, DataSet data) {
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.setLayerMaskArrays(data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    network.computeGradientAndScore();
    return network.score();
  }

  private static double score(ComputationGraph network, DataSet data) {
    network.setInputs(data.getFeatures());
    network.setLabels(data.getLabels());
    network.computeGradientAndScore();
    return network.score();
  }

  private static void compare(
      Host<?> host, INDArray gradients, ToDoubleFunction<Host<?>> score, String what) {
    INDArray flat = gradients.reshape(gradients.length());
    double largest = flat.amaxNumber().doubleValue();
    assertThat(largest).as(what).isGreaterThan(1e-9);
    INDArray all = host.network().params();
    INDArray parameters = all.reshape(all.length());
    long at = 0;
    for (Host.Site site : host.sites()) {
      if (!site.hasParameters()) {
        continue;
      }
      for (Map.Entry<String, INDArray> entry : site.running().paramTable().entrySet()) {
        INDArray values = entry.getValue();
        String name = what + ", " + site.name() + "." + entry.getKey();
        if (!site.trains(entry.getKey())) {
          INDArray frozen = flat.get(NDArrayIndex.interval(at, at + values.length()));
          assertThat(frozen.amaxNumber().doubleValue()).as(name).isZero();
        } else {
          for (long i = 0; i < values.length(); i++) {
            double kept = parameters.getDouble(at + i);
            parameters.putScalar(at + i, kept + STEP);
            double above = score.applyAsDouble(host);
            parameters.putScalar(at + i, kept - STEP);
            double below = score.applyAsDouble(host);
            parameters.putScalar(at + i, kept);
            assertThat(flat.getDouble(at + i))
                .as("%s[%d]", name, i)
                .isCloseTo((above - below) / (2 * STEP), within(1e-5 * largest + 1e-8));
          }
        }
        at += values.length();
      }
    }
  }
}
