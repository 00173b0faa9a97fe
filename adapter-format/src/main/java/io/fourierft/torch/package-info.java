/**
 * Weight files of PyTorch: the zip archives that {@code torch.save} has written since PyTorch 1.6,
 * called {@code pytorch_model.bin}, {@code adapter_model.bin} or {@code something.pt}.
 *
 * <p>Start with {@link io.fourierft.torch.TorchFile}. The archive's directory and its pickle are
 * read and checked on opening, numbers only on request. Nothing of the pickle is ever executed: the
 * few names that a file of tensors needs are understood, every other one is refused by its name.
 *
 * <p>Thread safety: an open file may be read by several threads, a {@link
 * io.fourierft.torch.TensorStream} belongs to one.
 */
package io.fourierft.torch;
