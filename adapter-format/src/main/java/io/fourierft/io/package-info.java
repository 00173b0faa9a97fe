/**
 * Helpers around files: atomic writing ({@link io.fourierft.io.AtomicFile}) and naming what an
 * unexpected file seems to be ({@link io.fourierft.io.FileKind}).
 *
 * <p>Thread safety: stateless.
 */
package io.fourierft.io;
