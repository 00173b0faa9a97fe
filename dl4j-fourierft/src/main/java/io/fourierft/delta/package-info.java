/**
 * The weight change of a layer from its coefficients, and the coefficients' gradient from the
 * weight change's.
 *
 * <p>Entry points: {@link io.fourierft.delta.Delta} holds the forms of one shape, dense ones
 * ({@link io.fourierft.delta.DeltaForm}) and one that works token by token ({@link
 * io.fourierft.delta.TokenForm}); {@link io.fourierft.delta.DeltaForms} says which is cheapest;
 * {@link io.fourierft.delta.SpectralWeight} puts a weight change in place of a frozen weight.
 * {@link io.fourierft.delta.DeltaBasis} is what the coefficients weight. Forms keep scratch buffers
 * and serve one thread at a time.
 */
package io.fourierft.delta;
