package io.fourierft.layers;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A weight of a DL4J layer, seen as the matrix {@code [out, in]} that gets a delta.
 *
 * @param key the layer's name for the weight, such as {@code W}
 * @param rows output features
 * @param cols input features; of a convolution, channels times kernel
 * @param layout how the layer stores it
 */
record WeightMatrix(String key, int rows, int cols, Layout layout) {
  private static final Set<Class<? extends Layer>> MATRIX_LAYERS =
      Set.of(
          DenseLayer.class,
          OutputLayer.class,
          RnnOutputLayer.class,
          EmbeddingLayer.class,
          EmbeddingSequenceLayer.class);
  private static final Set<Class<? extends Layer>> CONVOLUTIONS =
      Set.of(
          ConvolutionLayer.class,
          Convolution2D.class,
          Convolution1DLayer.class,
          Convolution1D.class);

  /** How a layer stores a matrix. */
  enum Layout {
    /** {@code [in, out]}, as dense layers do. */
    IN_OUT,
    /** {@code [out, ...]} or {@code [heads, size, in]}, row-major. */
    OUT_IN
  }

  /**
   * The weights of a layer that can get a delta.
   *
   * @param layer a configuration, its sizes known
   * @return the weights; none if the layer's kind cannot be adapted
   */
  static List<WeightMatrix> of(Layer layer) {
    if (MATRIX_LAYERS.contains(layer.getClass())) {
      FeedForwardLayer matrix = (FeedForwardLayer) layer;
      return List.of(
          new WeightMatrix("W", (int) matrix.getNOut(), (int) matrix.getNIn(), Layout.IN_OUT));
    }
    if (CONVOLUTIONS.contains(layer.getClass())) {
      return List.of(convolution((ConvolutionLayer) layer));
    }
    if (layer instanceof SelfAttentionLayer attention && attention.isProjectInput()) {
      long features = attention.getNHeads() * attention.getHeadSize();
      return attention(attention.getNIn(), features, attention.getNOut());
    }
    return List.of();
  }

  private static WeightMatrix convolution(ConvolutionLayer layer) {
    int[] kernel = layer.getKernelSize();
    // One-dimensional convolutions keep a second side that they do not use.
    int cells = layer instanceof Convolution1DLayer ? kernel[0] : kernel[0] * kernel[1];
    return new WeightMatrix(
        "W", (int) layer.getNOut(), Math.multiplyExact((int) layer.getNIn(), cells), Layout.OUT_IN);
  }

  private static List<WeightMatrix> attention(long in, long features, long out) {
    return List.of(
        new WeightMatrix("Wq", (int) features, (int) in, Layout.OUT_IN),
        new WeightMatrix("Wk", (int) features, (int) in, Layout.OUT_IN),
        new WeightMatrix("Wv", (int) features, (int) in, Layout.OUT_IN),
        new WeightMatrix("Wo", (int) out, (int) features, Layout.IN_OUT));
  }

  /** A parameter of any kind, as one row. */
  static WeightMatrix row(String key, INDArray parameter) {
    return new WeightMatrix(key, 1, Math.toIntExact(parameter.length()), Layout.OUT_IN);
  }

  /** Number of elements. */
  long cells() {
    return (long) rows * cols;
  }

  /**
   * The parameter as a matrix.
   *
   * @param parameter the weight, or its gradient, as the layer stores it
   * @return a view of it, {@code [rows, cols]}
   */
  INDArray matrix(INDArray parameter) {
    return layout == Layout.IN_OUT ? parameter.transpose() : parameter.reshape('c', rows, cols);
  }

  /**
   * A matrix as the layer stores it.
   *
   * @param matrix {@code [rows, cols]}, row-major
   * @param shape the parameter's shape
   * @return a view of it
   */
  INDArray parameter(INDArray matrix, long[] shape) {
    return layout == Layout.IN_OUT ? matrix.transpose() : matrix.reshape('c', shape);
  }
}
