/**
 * BERT (Devlin et al., 2018) and RoBERTa (Liu et al., 2019): one encoder, two ways to count
 * positions, two classifiers.
 *
 * <p>{@link io.fourierft.importer.bert.BertImporter} makes a model out of a {@link
 * io.fourierft.importer.weights.WeightSource} and a {@link io.fourierft.importer.bert.BertConfig}.
 * {@link io.fourierft.importer.bert.BertNames} knows what the tensors are called, {@link
 * io.fourierft.importer.bert.BertNetwork} what is computed with them. Everything but the loaded
 * model is immutable.
 */
package io.fourierft.importer.bert;
