/**
 * The quick start: fine-tune a pretrained encoder with FourierFT, publish the adapter, fetch it
 * again and use it.
 *
 * <p>{@link io.fourierft.samples.quickstart.QuickStart} does it with the same calls that any user
 * makes. Options and results are immutable; a quick start serves one thread, except for {@link
 * io.fourierft.samples.quickstart.QuickStart#stop}.
 */
package io.fourierft.samples.quickstart;
