/**
 * Running a model from the command line: the model with its adapter, inputs and outputs as JSON.
 *
 * <p>Entry points: {@link io.fourierft.cli.model.RunningModel} and {@link
 * io.fourierft.cli.model.JsonInputs}. For one thread at a time.
 */
package io.fourierft.cli.model;
