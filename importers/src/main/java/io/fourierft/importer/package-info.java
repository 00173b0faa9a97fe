/**
 * Pretrained models: a configuration, a network over the engine's primitives, and its parameters
 * under their Hugging Face names.
 *
 * <p>Each family has a package of its own with an importer as its entry point, such as {@link
 * io.fourierft.importer.bert.BertImporter}; all answer with a {@link
 * io.fourierft.importer.PretrainedModel}. Configurations and heads are immutable; a model belongs
 * to whoever loaded it and is closed by them.
 */
package io.fourierft.importer;
