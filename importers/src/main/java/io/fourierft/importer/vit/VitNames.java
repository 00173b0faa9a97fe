package io.fourierft.importer.vit;

import io.fourierft.engine.Linear;
import io.fourierft.importer.Head;
import io.fourierft.importer.ModelTensors;
import io.fourierft.importer.TensorTable;
import io.fourierft.importer.weights.ExpectedTensor;
import io.fourierft.peft.ModuleSpelling;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The tensors of a ViT model under the names of transformers 5, {@code
 * vit.layers.0.attention.q_proj}. Files have the older ones of {@link ModuleSpelling}, with the
 * prefix {@code vit.} or without; either is read.
 */
public final class VitNames implements ModelTensors {
  private static final String PREFIX = "vit.";

  /** The heads that the family has. */
  public static final Set<Head.Kind> HEADS =
      Set.copyOf(EnumSet.of(Head.Kind.FEATURES, Head.Kind.IMAGE_CLASSIFIER));

  private final VitConfig config;
  private final Head head;

  private VitNames(VitConfig config, Head head) {
    this.config = config;
    this.head = head;
  }

  /**
   * The names of one model.
   *
   * @param config its sizes
   * @param head its head
   * @return the table
   */
  public static VitNames of(VitConfig config, Head head) {
    return new VitNames(config, head.among(VitConfig.MODEL_TYPE, HEADS));
  }

  /**
   * What the names below the head begin with in the model.
   *
   * @return a prefix that ends with a dot, or nothing
   */
  public String prefix() {
    return head.kind() == Head.Kind.FEATURES ? "" : PREFIX;
  }

  /**
   * Name of the learned position table.
   *
   * @return the parameter's name
   */
  public String positionTable() {
    return prefix() + "embeddings.position_embeddings";
  }

  /**
   * Path of a layer.
   *
   * @param layer its number, from 0
   * @return such as {@code vit.layers.0.}
   */
  public String layerPath(int layer) {
    return prefix() + "layers." + layer + ".";
  }

  /**
   * One layer's linear modules.
   *
   * @param layer its number, from 0
   * @return query, key, value, attention output, intermediate, output
   */
  public List<Linear> layer(int layer) {
    int hidden = config.hiddenSize();
    int wide = config.intermediateSize();
    String path = layerPath(layer);
    return List.of(
        projection(path + "attention.q_proj"),
        projection(path + "attention.k_proj"),
        projection(path + "attention.v_proj"),
        Linear.of(path + "attention.o_proj", config.heads() * config.headSize(), hidden),
        Linear.of(path + "mlp.fc1", hidden, wide),
        Linear.of(path + "mlp.fc2", wide, hidden));
  }

  private Linear projection(String module) {
    int wide = config.heads() * config.headSize();
    boolean bias = config.queryKeyValueBias();
    return new Linear(module, config.hiddenSize(), wide, bias, Linear.Layout.OUT_IN);
  }

  /**
   * The head's linear modules.
   *
   * @return the classifier, or none
   */
  public List<Linear> headLinears() {
    return head.kind() == Head.Kind.FEATURES
        ? List.of()
        : List.of(Linear.of("classifier", config.hiddenSize(), head.labels()));
  }

  @Override
  public List<Linear> linears() {
    return TensorTable.join(
        IntStream.range(0, config.layers()).mapToObj(this::layer), headLinears());
  }

  @Override
  public List<ExpectedTensor> base() {
    int hidden = config.hiddenSize();
    String embeddings = prefix() + "embeddings.";
    String projection = embeddings + "patch_embeddings.projection";
    TensorTable table = TensorTable.of(PREFIX);
    table.tensor(embeddings + "cls_token", 1, 1, hidden);
    table.tensor(positionTable(), 1, config.positions(), hidden);
    table.tensor(
        projection + ".weight",
        hidden,
        config.channels(),
        config.patchHeight(),
        config.patchWidth());
    table.tensor(projection + ".bias", hidden);
    for (int layer = 0; layer < config.layers(); layer++) {
      addNorm(table, layerPath(layer) + "layernorm_before");
      layer(layer).forEach(linear -> addLinear(table, linear));
      addNorm(table, layerPath(layer) + "layernorm_after");
    }
    addNorm(table, prefix() + "layernorm");
    return table.tensors();
  }

  private void addNorm(TensorTable table, String module) {
    add(table, module + ".weight", config.hiddenSize());
    add(table, module + ".bias", config.hiddenSize());
  }

  private void addLinear(TensorTable table, Linear linear) {
    add(table, linear.weight(), linear.out(), linear.in());
    if (linear.bias()) {
      add(table, linear.biasName(), linear.out());
    }
  }

  private void add(TensorTable table, String name, long... shape) {
    String whole = PREFIX + bare(name);
    String older = ModuleSpelling.TRANSFORMERS_4.spell(whole);
    table.spelled(name, List.of(older, bare(older), whole, bare(whole)), false, shape);
  }

  @Override
  public List<ExpectedTensor> headTensors() {
    TensorTable table = TensorTable.of(PREFIX);
    headLinears().forEach(table::freshLinear);
    return table.tensors();
  }

  @Override
  public boolean ignorable(String name) {
    String bare = bare(name);
    return bare.startsWith("pooler.")
        || bare.startsWith("classifier.")
        || bare.startsWith("decoder.")
        || bare.equals("embeddings.mask_token");
  }

  @Override
  public String bare(String name) {
    return name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
  }
}
