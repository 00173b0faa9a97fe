/**
 * ViT (Dosovitskiy et al., 2020): an encoder over the patches of an image.
 *
 * <p>{@link io.fourierft.importer.vit.VitImporter} makes a model out of a {@link
 * io.fourierft.importer.weights.WeightSource} and a {@link io.fourierft.importer.vit.VitConfig}.
 * Everything but the loaded model is immutable.
 */
package io.fourierft.importer.vit;
