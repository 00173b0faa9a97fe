package io.fourierft.layers;

import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The backward pass of a batch normalisation whose statistics are frozen: it scales each channel by
 * {@code gamma / sqrt(var + eps)}. DL4J's own differentiates through the batch's statistics.
 */
final class FrozenNormalization {
  private FrozenNormalization() {}

  static INDArray backward(
      BatchNormalization running,
      Map<String, INDArray> parameters,
      INDArray epsilon,
      LayerWorkspaceMgr workspaces) {
    org.deeplearning4j.nn.conf.layers.BatchNormalization layer = running.layerConf();
    INDArray factor = deviation(layer, parameters); // [channels]
    factor.rdivi(1);
    if (layer.isLockGammaBeta()) {
      factor.muli(layer.getGamma());
    } else {
      factor.muli(
          parameters.get(BatchNormalizationParamInitializer.GAMMA).reshape(factor.length()));
    }
    INDArray result =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
    boolean channelsLast = epsilon.rank() == 4 && layer.getCnn2DFormat() == CNN2DFormat.NHWC;
    return channelsLast
        ? Nd4j.getExecutioner().exec(new BroadcastMulOp(epsilon, factor, result, 3))
        : Nd4j.getExecutioner().exec(new BroadcastMulOp(epsilon, factor, result, 1));
  }

  private static INDArray deviation(
      org.deeplearning4j.nn.conf.layers.BatchNormalization layer,
      Map<String, INDArray> parameters) {
    INDArray variance;
    if (layer.isUseLogStd()) {
      INDArray log = parameters.get(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
      INDArray ten = Nd4j.valueArrayOf(log.shape(), 10.0, log.dataType());
      variance = Transforms.pow(ten, log.mul(2), false);
    } else {
      variance = parameters.get(BatchNormalizationParamInitializer.GLOBAL_VAR).dup();
    }
    return Transforms.sqrt(variance.reshape(variance.length()).addi(layer.getEps()), false);
  }
}
