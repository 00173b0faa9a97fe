/**
 * Images for vision models: {@link io.fourierft.vision.Picture} decodes a file, {@link
 * io.fourierft.vision.ImagePreprocessor} makes of it what a model takes, as its {@code
 * preprocessor_config.json} says and to the bit as Pillow and transformers compute it.
 *
 * <p>Thread safety: every type here is immutable.
 */
package io.fourierft.vision;
