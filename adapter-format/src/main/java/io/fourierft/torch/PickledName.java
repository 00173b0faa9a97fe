package io.fourierft.torch;

/** A class or function that a pickle names and that is allowed. */
record PickledName(String module, String name) {
  /** The whole name, such as {@code torch._utils._rebuild_tensor_v2}. */
  String text() {
    return module + "." + name;
  }
}
