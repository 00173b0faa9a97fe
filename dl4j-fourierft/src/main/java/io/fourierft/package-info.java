/**
 * FourierFT (Gao et al., 2024) for models: attach spectral deltas to a model's linear layers, train
 * them, and turn the result into an adapter.
 *
 * <p>Entry point: {@link io.fourierft.FourierFt}. Settings are {@link io.fourierft.FourierOptions};
 * what every adapted model can do with its named adapters is {@link io.fourierft.Adapted}. An
 * adapted model serves one thread at a time; options are immutable.
 */
package io.fourierft;
