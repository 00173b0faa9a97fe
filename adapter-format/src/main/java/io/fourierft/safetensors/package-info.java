/**
 * The safetensors file format and its number formats.
 *
 * <p>Thread safety: every type here is immutable or stateless unless it says otherwise.
 */
package io.fourierft.safetensors;
