package io.fourierft.engine;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The non-linearities in operations of SameDiff whose values and gradients are right. */
final class GraphActivations {
  private GraphActivations() {}

  static SDVariable apply(SameDiff graph, SDVariable x, Activation activation) {
    return switch (activation) {
      case GELU -> gelu(graph, x);
      case GELU_TANH -> {
        SDVariable inner = x.add(x.mul(x).mul(x).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        yield x.mul(graph.math().tanh(inner).add(1)).mul(0.5);
      }
      case GELU_QUICK -> x.mul(graph.nn().sigmoid(x.mul(StockActivations.QUICK)));
      case GELU_CLIPPED -> {
        SDVariable below = gelu(graph, x).rsub(StockActivations.CLIP);
        yield graph.nn().relu(below, 0).rsub(StockActivations.CLIP);
      }
      case RELU -> graph.nn().relu(x, 0);
      case RELU6 -> relu6(graph, x);
      case RELU_SQUARED -> {
        SDVariable positive = graph.nn().relu(x, 0);
        yield positive.mul(positive);
      }
      case LEAKY_RELU ->
          graph.nn().relu(x, 0).sub(graph.nn().relu(x.neg(), 0).mul(StockActivations.LEAK));
      case SILU -> x.mul(graph.nn().sigmoid(x));
      case HARD_SWISH -> x.mul(relu6(graph, x.add(3))).mul(1.0 / 6);
      case MISH -> {
        SDVariable gate = graph.nn().sigmoid(x);
        SDVariable inner = gate.mul(gate.rsub(2)); // see StockActivations.mish
        yield x.mul(inner).div(inner.rsub(2));
      }
      case TANH -> graph.math().tanh(x);
      case SIGMOID -> graph.nn().sigmoid(x);
      case LAPLACE -> {
        double steepness = Math.sqrt(0.5) / StockActivations.LAPLACE_DEVIATION;
        SDVariable inner = x.sub(StockActivations.LAPLACE_MEAN).mul(steepness);
        yield graph.math().erf(inner).add(1).mul(0.5);
      }
      case LINEAR -> x;
    };
  }

  private static SDVariable gelu(SameDiff graph, SDVariable x) {
    return x.mul(graph.math().erf(x.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
  }

  private static SDVariable relu6(SameDiff graph, SDVariable x) {
    return graph.nn().relu(x, 0).sub(graph.nn().relu(x.sub(6), 0));
  }
}
