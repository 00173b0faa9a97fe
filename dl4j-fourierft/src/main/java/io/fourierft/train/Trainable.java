package io.fourierft.train;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Something that learns.
 *
 * @param name what it is called in messages and checkpoints
 * @param group which learning rate it takes
 * @param value its live value
 * @param gradient its live gradient, cleared by the optimiser's step
 */
public record Trainable(String name, Group group, INDArray value, INDArray gradient) {

  /** Which learning rate something takes. */
  public enum Group {
    /** What adapts the base model. */
    SPECTRUM,
    /** New or fully trained modules, such as a classifier. */
    HEAD
  }
}
