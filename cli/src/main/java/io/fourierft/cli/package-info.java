/**
 * The {@code fourierft} command.
 *
 * <p>{@link io.fourierft.cli.Main} is the entry point. Each subcommand is a small class that turns
 * options into a call of the libraries; {@link io.fourierft.cli.Failures} turns whatever they throw
 * into one line. Exit codes: 0 done, 1 failed, 2 wrong usage.
 *
 * <p>A command object serves one run on one thread.
 */
package io.fourierft.cli;
