package io.fourierft.samples.digits;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks that read digits, as DL4J's own examples build them. */
final class DigitNetworks {
  private DigitNetworks() {}

  /** Two dense layers and an output. */
  static MultiLayerConfiguration dense() {
    return new NeuralNetConfiguration.Builder()
        .seed(11)
        .updater(new Adam(2e-3))
        .l2(1e-5)
        .list()
        .layer(dense("hidden1", 128))
        .layer(dense("hidden2", 64))
        .layer(output())
        .setInputType(InputType.feedForward(Digits.SIDE * Digits.SIDE))
        .build();
  }

  /** Two convolutions, each with pooling, a dense layer and an output. */
  static MultiLayerConfiguration convolutional() {
    return new NeuralNetConfiguration.Builder()
        .seed(12)
        .updater(new Adam(3e-3))
        .list()
        .layer(convolution("conv1", 6))
        .layer(pooling())
        .layer(convolution("conv2", 12))
        .layer(pooling())
        .layer(dense("hidden", 48))
        .layer(output())
        .setInputType(InputType.convolutionalFlat(Digits.SIDE, Digits.SIDE, 1))
        .build();
  }

  private static ConvolutionLayer convolution(String name, int filters) {
    return new ConvolutionLayer.Builder(5, 5)
        .name(name)
        .nOut(filters)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build();
  }

  private static DenseLayer dense(String name, int features) {
    return new DenseLayer.Builder().name(name).nOut(features).activation(Activation.RELU).build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .name("output")
        .nOut(Digits.CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }
}
