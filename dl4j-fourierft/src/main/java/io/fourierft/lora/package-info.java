/**
 * FourierFT adapters as LoRA, for servers that know nothing else: the best factors of a rank for
 * each weight change, with what is lost. Entry point: {@link io.fourierft.lora.LoraConversion}.
 *
 * <p>Thread safety: every public type here is immutable or stateless.
 */
package io.fourierft.lora;
