/**
 * Where the spectral coefficients of an adapter sit, and what weight change they stand for.
 *
 * <p>Entry point: {@link io.fourierft.spectral.Entries#of}. An {@link
 * io.fourierft.spectral.EntryRule} says how the entries of a spectrum are chosen; the seeded rule
 * repeats the draw of PyTorch bit by bit, so that adapters trained in Python keep their meaning.
 * {@link io.fourierft.spectral.DenseDelta} is the double precision reference for the faster forms
 * elsewhere.
 *
 * <p>Thread safety: every type here is immutable or stateless.
 */
package io.fourierft.spectral;
