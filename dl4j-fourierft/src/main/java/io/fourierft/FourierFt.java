package io.fourierft;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Parameters;
import io.fourierft.graph.AdaptedGraph;
import io.fourierft.layers.AdaptedNetwork;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.autodiff.samediff.SameDiff;

/** Attaches FourierFT deltas to models. */
public final class FourierFt {
  private FourierFt() {}

  /**
   * Puts a delta over each target module of a model. The weights themselves are never written;
   * closing the result takes the deltas away again.
   *
   * @param linears the model's linear modules
   * @param parameters the model's parameters, as one adapter sees them (see {@link
   *     Parameters#share})
   * @param options the method's settings
   * @param head names of parameters to train in full, such as {@code classifier.weight}
   * @return the adapted model
   */
  public static AdaptedModel attach(
      List<Linear> linears, Parameters parameters, FourierOptions options, List<String> head) {
    return AdaptedModel.attach(linears, parameters, options, head);
  }

  /**
   * Puts a delta over target weights of a copy of a DL4J network and freezes the rest. See {@link
   * AdaptedNetwork} for other updaters than Adam and for networks that were saved adapted.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options the method's settings; targets name layers, or their numbers
   * @return the adapted network
   */
  public static AdaptedNetwork<MultiLayerNetwork> attach(
      MultiLayerNetwork network, FourierOptions options) {
    return AdaptedNetwork.attach(network, options);
  }

  /**
   * Puts a delta over target weights of a copy of a DL4J network and freezes the rest.
   *
   * @param network a network that was initialised, and usually trained; not changed
   * @param options the method's settings; targets name layers
   * @return the adapted network
   */
  public static AdaptedNetwork<ComputationGraph> attach(
      ComputationGraph network, FourierOptions options) {
    return AdaptedNetwork.attach(network, options);
  }

  /**
   * Puts a delta over each target weight of a SameDiff graph, and makes all that the adapter does
   * not train constant. Closing the result takes the deltas out again.
   *
   * @param graph the graph; it may have been run, trained or loaded before
   * @param options the method's settings
   * @return the adapted graph
   */
  public static AdaptedGraph attach(SameDiff graph, FourierOptions options) {
    return AdaptedGraph.attach(graph, options);
  }
}
