/**
 * What the commands on adapters share: telling what a path holds ({@link
 * io.fourierft.cli.adapter.Source}) and reading it.
 *
 * <p>Thread safety: every type here is immutable or stateless.
 */
package io.fourierft.cli.adapter;
