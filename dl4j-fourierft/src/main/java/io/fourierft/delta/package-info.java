/**
 * The weight change of a layer from its coefficients, and the coefficients' gradient from the
 * weight change's.
 *
 * <p>{@link io.fourierft.delta.DeltaForms} chooses the cheapest {@link
 * io.fourierft.delta.DeltaForm} for a shape; {@link io.fourierft.delta.SpectralWeight} puts it in
 * place of a frozen weight. Forms keep scratch buffers and serve one model at a time.
 */
package io.fourierft.delta;
