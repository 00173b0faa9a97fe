package io.fourierft.torch;

import io.fourierft.safetensors.DType;
import java.util.List;

/** A view of a storage. */
record PickledTensor(
    PickledStorage storage, DType dtype, long offset, List<Long> shape, List<Long> strides) {}
