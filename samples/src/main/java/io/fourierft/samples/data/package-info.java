/**
 * Labelled texts and how they are read.
 *
 * <p>{@link io.fourierft.samples.data.TextData} is a classification task with its fixed split;
 * {@link io.fourierft.samples.data.TsvFile} reads one from a file of the user. All types are
 * immutable.
 */
package io.fourierft.samples.data;
