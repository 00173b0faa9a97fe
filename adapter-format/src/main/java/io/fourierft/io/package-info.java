/**
 * Helpers around files: atomic writing ({@link io.fourierft.io.AtomicFile}) and naming what an
 * unexpected file seems to be ({@link io.fourierft.io.FileKind}), memory over a file ({@link
 * io.fourierft.io.PrivateMapping}).
 *
 * <p>Thread safety: stateless but for the mapping, which belongs to one thread.
 */
package io.fourierft.io;
