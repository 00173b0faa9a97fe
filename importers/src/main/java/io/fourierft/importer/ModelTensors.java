package io.fourierft.importer;

import io.fourierft.engine.Linear;
import io.fourierft.importer.weights.ExpectedTensor;
import java.util.List;

/** The tensors of one model under their Hugging Face names: what a family tells the loader. */
public interface ModelTensors {

  /**
   * The tensors below the head.
   *
   * @return what every head needs
   */
  List<ExpectedTensor> base();

  /**
   * The head's tensors.
   *
   * @return none for a head without weights
   */
  List<ExpectedTensor> headTensors();

  /**
   * All linear modules that adapters may target, in the order they run.
   *
   * @return the layers', then the head's
   */
  List<Linear> linears();

  /**
   * Whether a file may hold a tensor that this model does not use.
   *
   * @param name the tensor's name in the file
   * @return true if it is no cause for concern
   */
  boolean ignorable(String name);

  /**
   * A parameter's name without what models with a head put in front of it.
   *
   * @param name the parameter's name
   * @return the same name whatever the head
   */
  String bare(String name);
}
