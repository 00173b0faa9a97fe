package io.fourierft.importer;

import io.fourierft.engine.Linear;
import io.fourierft.importer.weights.ExpectedTensor;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the name tables of decoders have in common: numbered layers below one prefix, which models
 * with a head have and checkpoints of the decoder alone have not, and the heads of {@link
 * DecoderHead}.
 */
public interface DecoderTensors extends ModelTensors {

  /**
   * The head's names and computation.
   *
   * @return the head
   */
  DecoderHead head();

  /**
   * What models with a head put in front of names.
   *
   * @return such as {@code transformer.}
   */
  String familyPrefix();

  /**
   * Path of the token embeddings below the prefix.
   *
   * @return such as {@code wte}
   */
  String embeddings();

  /**
   * Number of layers.
   *
   * @return the number
   */
  int layers();

  /**
   * One layer's linear modules.
   *
   * @param layer its number, from 0
   * @return the modules in the order they run
   */
  List<Linear> layer(int layer);

  /**
   * What the names below the head begin with in this model.
   *
   * @return a prefix that ends with a dot, or nothing
   */
  default String prefix() {
    return head().prefixed() ? familyPrefix() : "";
  }

  @Override
  default List<Linear> linears() {
    return TensorTable.join(IntStream.range(0, layers()).mapToObj(this::layer), head().linears());
  }

  @Override
  default List<ExpectedTensor> headTensors() {
    TensorTable table = TensorTable.of(familyPrefix());
    head().addTo(table, embeddings(), familyPrefix());
    return table.tensors();
  }

  /** Other heads than this model's; families add what their files hold besides. */
  @Override
  default boolean ignorable(String name) {
    return name.startsWith("lm_head.")
        || name.startsWith("score.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }

  @Override
  default String bare(String name) {
    return name.startsWith(familyPrefix()) ? name.substring(familyPrefix().length()) : name;
  }
}
