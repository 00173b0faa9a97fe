package io.fourierft.importer.vit;

import io.fourierft.engine.Linear;
import io.fourierft.engine.Network;
import io.fourierft.engine.Ops;
import io.fourierft.engine.Patches;
import io.fourierft.engine.Pooling;
import io.fourierft.importer.Head;
import java.util.List;

/**
 * The forward pass of ViT: projected patches behind a class token, with a learned position table,
 * then layers of a layer normalisation before the attention and one before the feed-forward
 * network, each with a residual sum after it.
 */
public final class VitNetwork implements Network {
  private final VitConfig config;
  private final VitNames names;
  private final Patches patches;
  private final String positionTable;

  private VitNetwork(VitConfig config, VitNames names, Patches patches, String positionTable) {
    this.config = config;
    this.names = names;
    this.patches = patches;
    this.positionTable = positionTable;
  }

  /**
   * A network for images of the configuration's size.
   *
   * @param config its sizes
   * @param head what it answers with
   * @return the network
   */
  public static VitNetwork of(VitConfig config, Head head) {
    VitNames names = VitNames.of(config, head);
    return of(config, head, config.imageHeight(), config.imageWidth(), names.positionTable());
  }

  /**
   * A network for images of any size.
   *
   * @param config its sizes
   * @param head what it answers with
   * @param height rows of pixels, at least a patch's
   * @param width columns of pixels, at least a patch's
   * @param positionTable parameter that holds the class token's position and one for each patch
   * @return the network
   */
  public static VitNetwork of(
      VitConfig config, Head head, int height, int width, String positionTable) {
    VitNames names = VitNames.of(config, head);
    String projection = names.prefix() + "embeddings.patch_embeddings.projection";
    return new VitNetwork(config, names, config.patches(projection, height, width), positionTable);
  }

  @Override
  public <T> T forward(Ops<T> ops) {
    T rows = ops.patchEmbedding(patches); // [batch * patches, hidden]
    T tokens = ops.prependToken(rows, names.prefix() + "embeddings.cls_token"); // [tokens, hidden]
    T hidden = ops.addTable(tokens, positionTable); // [tokens, hidden]
    for (int layer = 0; layer < config.layers() - 1; layer++) {
      int number = layer;
      hidden = ops.block(hidden, x -> layer(ops, x, false, number)); // [tokens, hidden]
    }
    boolean classifies = !names.headLinears().isEmpty();
    int last = config.layers() - 1;
    hidden = ops.block(hidden, x -> layer(ops, x, classifies, last)); // [tokens or batch, hidden]
    T normal = norm(ops, hidden, names.prefix() + "layernorm"); // [tokens or batch, hidden]
    return classifies ? ops.linear(normal, names.headLinears().get(0)) : normal;
  }

  /** A layer; of the last one, a classifier needs the class token's row only. */
  private <T> T layer(Ops<T> ops, T seen, boolean first, int number) {
    List<Linear> linears = names.layer(number);
    String path = names.layerPath(number);
    T before = norm(ops, seen, path + "layernorm_before"); // [tokens, hidden]
    T x = first ? ops.pool(seen, Pooling.FIRST) : seen; // [batch or tokens, hidden]
    T asking = first ? ops.pool(before, Pooling.FIRST) : before; // [batch or tokens, hidden]
    T query = ops.linear(asking, linears.get(0)); // [batch or tokens, hidden]
    T key = ops.linear(before, linears.get(1)); // [tokens, hidden]
    T value = ops.linear(before, linears.get(2)); // [tokens, hidden]
    T context = ops.attention(query, key, value, config.attention()); // [tokens, hidden]
    T middle = ops.linear(context, linears.get(3), x); // [tokens, hidden]
    T after = norm(ops, middle, path + "layernorm_after"); // [tokens, hidden]
    T wide = ops.activation(ops.linear(after, linears.get(4)), config.activation());
    return ops.linear(wide, linears.get(5), middle); // [tokens, hidden]
  }

  private <T> T norm(Ops<T> ops, T x, String module) {
    return ops.layerNorm(x, module, config.layerNormEps());
  }
}
