/**
 * Complete uses of the library: the quick start, and what it needs in data and reports.
 *
 * <p>Each use lives in a package of its own; see {@link io.fourierft.samples.data}, {@link
 * io.fourierft.samples.wordnet} and {@link io.fourierft.samples.report}. Stateless unless a class
 * says otherwise.
 */
package io.fourierft.samples;
