package io.fourierft.importer.vit;

import io.fourierft.importer.Head;
import io.fourierft.importer.ModelAssembly;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.weights.WeightSource;
import java.io.IOException;

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
   * Loads a model for images of another size than the configuration's: the position table is
   * interpolated, as with transformers' {@code interpolate_pos_encoding}.
   *
   * @param source the weights
   * @param config sizes and options
   * @param head what the model answers with
   * @param height rows of pixels, a multiple of the patch size
   * @param width columns of pixels, a multiple of the patch size
   * @return the model; the caller closes it. The interpolated table is a parameter of its own,
   *     named {@code embeddings.position_embeddings.interpolated}
   * @throws IOException if the file cannot be read or does not fit the configuration
   */
  public static PretrainedModel load(
      WeightSource source, VitConfig config, Head head, int height, int width) throws IOException {
    if (height == config.imageHeight() && width == config.imageWidth()) {
      return load(source, config, head);
    }
    VitNames names = VitNames.of(config, head);
    String table = names.positionTable() + ".interpolated";
    VitNetwork network = VitNetwork.of(config, head, height, width, table);
    PretrainedModel model = ModelAssembly.load(source, config, head, names, network);
    int side = config.patchSize();
    model
        .parameters()
        .add(
            table,
            PositionTable.resize(
                model.parameters().value(names.positionTable()),
                config.imageHeight() / side,
                config.imageWidth() / side,
                height / side,
                width / side));
    return model;
  }
}
