package io.fourierft.importer.vit;

import io.fourierft.engine.Network;
import io.fourierft.engine.Patches;
import io.fourierft.importer.Head;
import io.fourierft.importer.ModelAssembly;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Makes ViT models out of weight files. */
public final class VitImporter {
  private VitImporter() {}

  /**
   * Loads a model. A classifier that the file lacks is initialised from seed 0.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @return the model; the caller closes it
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(WeightSource source, VitConfig config, Head head)
      throws IOException {
    return ModelAssembly.load(
        source, config, head, VitNames.of(config, head), VitNetwork.of(config, head));
  }

  /**
   * Makes a loaded model take images of another size than its configuration's: the position table
   * is interpolated, as with transformers' {@code interpolate_pos_encoding}.
   *
   * @param model a ViT; it gets the interpolated table as one more parameter
   * @param height rows of pixels, at least a patch's
   * @param width columns of pixels, at least a patch's
   * @return the forward pass over the model's parameters for images of that size
   */
  public static Network resize(PretrainedModel model, int height, int width) {
    if (!(model.config() instanceof VitConfig config)) {
      throw new IllegalArgumentException(
          "model for images expected a vit but found " + model.config().modelType());
    }
    if (height == config.imageHeight() && width == config.imageWidth()) {
      return model.network();
    }
    String learned = VitNames.of(config, model.head()).positionTable();
    String table = learned + ".interpolated." + height + "x" + width;
    Network network = VitNetwork.of(config, model.head(), height, width, table);
    Patches made = config.patches("", config.imageHeight(), config.imageWidth());
    Patches wanted = config.patches("", height, width);
    if (!model.parameters().names().contains(table)) {
      INDArray value = model.parameters().value(learned);
      model
          .parameters()
          .add(
              table,
              PositionTable.resize(
                  value, made.down(), made.across(), wanted.down(), wanted.across()));
    }
    return network;
  }
}
