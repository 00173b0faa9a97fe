/**
 * The first steps of a user, as the README shows them.
 *
 * <p>{@link io.fourierft.samples.start.FirstAdapter} trains and uses an adapter. Stateless.
 */
package io.fourierft.samples.start;
