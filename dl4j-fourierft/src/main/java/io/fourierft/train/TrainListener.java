package io.fourierft.train;

/** Hears how a training goes; every method does nothing unless overridden. */
public interface TrainListener {

  /** Hears nothing. */
  TrainListener SILENT = new TrainListener() {};

  /**
   * Training begins.
   *
   * @param totalSteps optimiser steps to come, those before a checkpoint included
   * @param doneSteps steps that a checkpoint brought along
   */
  default void onStart(long totalSteps, long doneSteps) {}

  /**
   * An optimiser step was taken.
   *
   * @param step what happened
   */
  default void onStep(TrainStep step) {}

  /**
   * An epoch is over.
   *
   * @param epoch its number, from 1
   * @param meanLoss mean loss of its steps
   */
  default void onEpoch(int epoch, double meanLoss) {}

  /**
   * Training is over.
   *
   * @param report all of it
   */
  default void onEnd(TrainReport report) {}
}
