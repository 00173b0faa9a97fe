/**
 * Adapters as PEFT keeps them: a directory of {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. Entry point: {@link io.fourierft.peft.PeftDirectory}, in both
 * directions and without loss.
 *
 * <p>Thread safety: every type here is immutable or stateless.
 */
package io.fourierft.peft;
