/**
 * The safetensors file format: {@link io.fourierft.safetensors.SafetensorsFile} reads it,
 * memory-mapped and with every rule enforced; {@link io.fourierft.safetensors.SafetensorsWriter}
 * writes it, byte for byte as the reference implementation. {@link
 * io.fourierft.safetensors.HalfFloats} converts the 16-bit number formats.
 *
 * <p>Thread safety: every type here is immutable, stateless or safe for concurrent reading.
 */
package io.fourierft.safetensors;
