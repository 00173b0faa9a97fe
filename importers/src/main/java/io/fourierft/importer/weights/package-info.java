/**
 * Where pretrained weights come from: named tensors in safetensors, PyTorch and ONNX files.
 *
 * <p>Start with {@link io.fourierft.importer.weights.WeightFiles}, which opens a {@link
 * io.fourierft.importer.weights.WeightSource}. A source reads the index of its file when it is
 * opened and the numbers only on request, tensor by tensor, straight into off-heap memory: nothing
 * here holds a whole file. {@link io.fourierft.importer.weights.WeightLoader} takes all that a
 * model needs, tied weights once, and lists all that is missing, superfluous or of another shape in
 * one {@link io.fourierft.importer.weights.ModelFormatException}.
 *
 * <p>Files are not trusted: every length is checked against the bytes that are really there before
 * memory is taken. Sources belong to one thread at a time.
 */
package io.fourierft.importer.weights;
