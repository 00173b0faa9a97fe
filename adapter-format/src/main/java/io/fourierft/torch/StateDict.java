package io.fourierft.torch;

import io.fourierft.safetensors.DType;
import io.fourierft.torch.TorchException.Reason;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds the named tensors in what a pickle holds, and checks them against their storages. */
final class StateDict {
  private static final List<String> USUAL_KEYS =
      List.of("state_dict", "model_state_dict", "model", "module");
  private static final int NAMED_KEYS = 8;
  private static final long SPARE_BYTES = 64L << 20;

  private final String where;
  private final long fileBytes;

  private StateDict(String where, long fileBytes) {
    this.where = where;
    this.fileBytes = fileBytes;
  }

  /** The tensors of a pickle's value, in the order of the dictionary. */
  static Map<String, PickledTensor> tensors(Object root, String where, long fileBytes)
      throws TorchException {
    return new StateDict(where, fileBytes).find(root);
  }

  private Map<String, PickledTensor> find(Object root) throws TorchException {
    if (!(root instanceof Map<?, ?> whole)) {
      throw content("a dictionary of tensors", "another object");
    }
    Map<String, PickledTensor> tensors = direct(whole);
    if (tensors.isEmpty()) {
      tensors = below(whole);
    }
    if (tensors.isEmpty() && !whole.isEmpty()) {
      List<String> keys = whole.keySet().stream().limit(NAMED_KEYS).map(Object::toString).toList();
      throw content("a dictionary of tensors", whole.size() + " other values such as " + keys);
    }
    requireInProportion(tensors);
    return Collections.unmodifiableMap(tensors);
  }

  /** The tensors one level down: under a usual key, or under the only one that has any. */
  private Map<String, PickledTensor> below(Map<?, ?> whole) throws TorchException {
    Map<Object, Map<String, PickledTensor>> found = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : whole.entrySet()) {
      Map<String, PickledTensor> tensors =
          entry.getValue() instanceof Map<?, ?> part ? direct(part) : Map.of();
      if (!tensors.isEmpty()) {
        found.put(entry.getKey(), tensors);
      }
    }
    for (String key : USUAL_KEYS) {
      if (found.containsKey(key)) {
        return found.get(key);
      }
    }
    if (found.size() > 1) {
      throw content("one dictionary of tensors", "several: " + found.keySet());
    }
    return found.values().stream().findFirst().orElse(Map.of());
  }

  private Map<String, PickledTensor> direct(Map<?, ?> map) throws TorchException {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (entry.getValue() instanceof PickledTensor tensor) {
        String name = Objects.toString(entry.getKey());
        requireInside(name, tensor);
        tensors.put(name, tensor);
      }
    }
    return tensors;
  }

  private void requireInside(String name, PickledTensor tensor) throws TorchException {
    try {
      long width = Math.max(1, tensor.dtype().bits() / Byte.SIZE);
      long last = tensor.offset();
      long elements = 1;
      for (int axis = 0; axis < tensor.shape().size(); axis++) {
        long side = tensor.shape().get(axis);
        elements = Math.multiplyExact(elements, side);
        long reach = Math.multiplyExact(Math.max(0, side - 1), (long) tensor.strides().get(axis));
        last = Math.addExact(last, reach);
      }
      Math.multiplyExact(elements, width);
      long end = Math.multiplyExact(Math.addExact(last, elements == 0 ? 0 : 1), width);
      if (end > tensor.storage().bytes()) {
        throw outside(name, tensor, end + " bytes");
      }
    } catch (ArithmeticException e) {
      throw outside(name, tensor, "more than 2^63 bytes");
    }
  }

  private TorchException outside(String name, PickledTensor tensor, String found) {
    return new TorchException(
        Reason.STORAGE,
        String.format(
            "tensor of shape %s and strides %s expected inside the %d bytes of its storage but"
                + " found %s (%s in %s)",
            tensor.shape(), tensor.strides(), tensor.storage().bytes(), found, name, where));
  }

  /** Repeated and expanded views may not make a small file ask for much memory. */
  private void requireInProportion(Map<String, PickledTensor> tensors) throws TorchException {
    long limit = 2 * fileBytes + SPARE_BYTES;
    long total = 0;
    Set<PickledTensor> views = new HashSet<>(tensors.values());
    for (PickledTensor view : views) {
      long elements = view.shape().stream().reduce(1L, (a, b) -> a * b);
      long bytes = elements * view.dtype().bits() / Byte.SIZE;
      total = bytes > limit ? limit + 1 : Math.min(limit + 1, total + bytes);
    }
    if (total > limit) {
      throw content(
          "tensors of at most " + limit + " bytes, twice the file and " + SPARE_BYTES,
          "expanded ones that are larger");
    }
  }

  private TorchException content(String expected, String found) {
    return new TorchException(
        Reason.CONTENT,
        "PyTorch file expected " + expected + " but found " + found + " (" + where + ")");
  }

  /** The type as a number of bytes; all types of PyTorch files have whole ones. */
  static int width(DType dtype) {
    return dtype.bits() / Byte.SIZE;
  }
}
