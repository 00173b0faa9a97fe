/**
 * FourierFT in a Deeplearning4j pipeline: a network that reads digits of one kind learns to read
 * another kind.
 *
 * <p>Entry point: {@link io.fourierft.samples.digits.DigitsSample}. Everything here serves one
 * thread at a time.
 */
package io.fourierft.samples.digits;
