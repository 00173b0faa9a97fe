/**
 * Signatures over the files of a model: OpenSSF Model Signing (OMS) v1.0 with a pair of keys.
 *
 * <p>Entry points: {@link io.fourierft.hub.sign.ModelSigner}, which writes {@code model.sig} beside
 * the files, and {@link io.fourierft.hub.sign.SignaturePolicy}, by which a fetch refuses files that
 * nobody known has signed. Only the cryptography of the JDK is used; Python's {@code model_signing}
 * reads and writes the same files.
 *
 * <p>All types are immutable and safe for use by several threads.
 */
package io.fourierft.hub.sign;
