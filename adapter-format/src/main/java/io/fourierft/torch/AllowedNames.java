package io.fourierft.torch;

import io.fourierft.safetensors.DType;
import io.fourierft.torch.TorchException.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The classes and functions that a pickle of tensors may name, and what the functions make of their
 * arguments here. Python would import and call whatever a pickle names.
 */
final class AllowedNames {
  private static final int MAX_RANK = 64;
  private static final String REBUILD = "torch._utils._rebuild_";
  private static final String UNTYPED = "torch.storage.UntypedStorage";
  private static final String ORDERED = "collections.OrderedDict";
  private static final String FROM_TYPE = "torch._tensor._rebuild_from_type_v2";
  private static final Set<String> OTHERS =
      Set.of(
          ORDERED,
          FROM_TYPE,
          REBUILD + "tensor",
          REBUILD + "tensor_v2",
          REBUILD + "tensor_v3",
          REBUILD + "parameter",
          REBUILD + "parameter_with_state",
          "torch.Size",
          "torch.Tensor",
          "torch.nn.parameter.Parameter",
          UNTYPED);

  private static final Map<String, DType> STORAGES =
      Map.ofEntries(
          Map.entry("torch.BoolStorage", DType.BOOL),
          Map.entry("torch.ByteStorage", DType.U8),
          Map.entry("torch.CharStorage", DType.I8),
          Map.entry("torch.ShortStorage", DType.I16),
          Map.entry("torch.IntStorage", DType.I32),
          Map.entry("torch.LongStorage", DType.I64),
          Map.entry("torch.HalfStorage", DType.F16),
          Map.entry("torch.BFloat16Storage", DType.BF16),
          Map.entry("torch.FloatStorage", DType.F32),
          Map.entry("torch.DoubleStorage", DType.F64),
          Map.entry("torch.ComplexFloatStorage", DType.C64));

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("torch.bool", DType.BOOL),
          Map.entry("torch.uint8", DType.U8),
          Map.entry("torch.int8", DType.I8),
          Map.entry("torch.float8_e4m3fn", DType.F8_E4M3),
          Map.entry("torch.float8_e5m2", DType.F8_E5M2),
          Map.entry("torch.int16", DType.I16),
          Map.entry("torch.uint16", DType.U16),
          Map.entry("torch.int32", DType.I32),
          Map.entry("torch.uint32", DType.U32),
          Map.entry("torch.int64", DType.I64),
          Map.entry("torch.uint64", DType.U64),
          Map.entry("torch.float16", DType.F16),
          Map.entry("torch.bfloat16", DType.BF16),
          Map.entry("torch.float32", DType.F32),
          Map.entry("torch.float64", DType.F64),
          Map.entry("torch.complex64", DType.C64));

  private final String where;
  private final Map<String, PickledStorage> storages = new LinkedHashMap<>();

  AllowedNames(String where) {
    this.where = where;
  }

  /** Looks a name up; refuses it if it is not known. */
  PickledName find(String module, String name) throws TorchException {
    PickledName found = new PickledName(module, name);
    String text = found.text();
    if (OTHERS.contains(text) || STORAGES.containsKey(text) || TYPES.containsKey(text)) {
      return found;
    }
    throw new TorchException(
        Reason.FORBIDDEN,
        String.format(
            "pickle expected tensors only but found a reference to %s, which Python would import"
                + " and may call: refused; save the state_dict() alone, or as safetensors (%s)",
            text, where));
  }

  /** What {@code name(*arguments)} gives. */
  Object call(PickledName name, List<?> arguments) throws TorchException {
    String text = name.text();
    try {
      return switch (text) {
        case ORDERED -> {
          requireCount(arguments, 0, 0, ORDERED);
          yield new LinkedHashMap<>();
        }
        case "torch.Size" -> {
          requireCount(arguments, 1, 1, text);
          yield (List<?>) arguments.get(0);
        }
        case REBUILD + "tensor" -> tensor(arguments, 4, 4, text);
        case REBUILD + "tensor_v2" -> tensor(arguments, 6, 7, text);
        case REBUILD + "tensor_v3" -> tensor(arguments, 7, 8, text);
        case REBUILD + "parameter" -> parameter(arguments, 3, text);
        case REBUILD + "parameter_with_state" -> parameter(arguments, 4, text);
        case FROM_TYPE -> fromType(arguments);
        default -> throw unsuitable(text, "a function", "something that is only named");
      };
    } catch (ClassCastException e) {
      throw unsuitable(text, "its arguments", "values of other types");
    }
  }

  private Object fromType(List<?> arguments) throws TorchException {
    requireCount(arguments, 4, 4, FROM_TYPE);
    PickledName function = (PickledName) arguments.get(0);
    if (function.text().equals(FROM_TYPE)) {
      throw unsuitable(FROM_TYPE, "a function that rebuilds a tensor", "itself");
    }
    return call(function, (List<?>) arguments.get(2));
  }

  /** Checks that a value may be a key, so that no other hash is ever taken. */
  Object key(Object value) throws TorchException {
    if (value instanceof String || value instanceof Long) {
      return value;
    }
    throw unsuitable("dictionary", "text or integers as keys", "something else");
  }

  private PickledTensor parameter(List<?> arguments, int count, String what) throws TorchException {
    requireCount(arguments, count, count, what);
    return (PickledTensor) arguments.get(0);
  }

  private PickledTensor tensor(List<?> arguments, int least, int most, String what)
      throws TorchException {
    requireCount(arguments, least, most, what);
    PickledStorage storage = (PickledStorage) arguments.get(0);
    boolean third = what.endsWith("_v3");
    Optional<DType> dtype =
        third
            ? Optional.ofNullable(TYPES.get(((PickledName) arguments.get(6)).text()))
            : storage.dtype();
    List<Long> shape = sizes(arguments.get(2), what);
    List<Long> strides = sizes(arguments.get(3), what);
    long offset = (Long) arguments.get(1);
    if (dtype.isEmpty() || offset < 0 || shape.size() != strides.size()) {
      throw unsuitable(what, "a type, an offset >= 0 and a stride for each side", "others");
    }
    return new PickledTensor(storage, dtype.get(), offset, shape, strides);
  }

  private List<Long> sizes(Object value, String what) throws TorchException {
    List<?> items = (List<?>) value;
    List<Long> sizes = new ArrayList<>();
    for (Object item : items.size() <= MAX_RANK ? items : List.of(-1L)) {
      long size = (Long) item;
      if (size < 0) {
        throw unsuitable(what, "at most " + MAX_RANK + " sizes >= 0", "others");
      }
      sizes.add(size);
    }
    return sizes;
  }

  /** The storages that have been referred to, by key. */
  Map<String, PickledStorage> storages() {
    return storages;
  }

  /** What {@code ('storage', type, key, place, length)} stands for; old files add a None. */
  PickledStorage storage(Object reference) throws TorchException {
    String what = "persistent id";
    try {
      List<?> parts = (List<?>) reference;
      requireCount(parts, 5, 6, what);
      if (parts.size() == 6 && parts.get(5) != PickledNone.NONE) {
        throw unsuitable(what, "a whole storage", "a part of another one");
      }
      String type = ((PickledName) parts.get(1)).text();
      Optional<DType> dtype = Optional.ofNullable(STORAGES.get(type));
      String key = (String) parts.get(2);
      long length = (Long) parts.get(4);
      if (!"storage".equals(parts.get(0)) || (dtype.isEmpty() && !type.equals(UNTYPED))) {
        throw unsuitable(what, "a storage", "something else");
      }
      if (length < 0 || length > Long.MAX_VALUE / 64) {
        throw unsuitable(what, "a length of at least 0", "" + length);
      }
      PickledStorage storage = new PickledStorage(key, dtype, length);
      storages.put(key, storage);
      return storage;
    } catch (ClassCastException e) {
      throw unsuitable(what, "a storage", "values of other types");
    }
  }

  private void requireCount(List<?> arguments, int least, int most, String what)
      throws TorchException {
    if (arguments.size() < least || arguments.size() > most) {
      throw unsuitable(what, least + " arguments", "" + arguments.size());
    }
  }

  private TorchException unsuitable(String what, String expected, String found) {
    return new TorchException(
        Reason.PICKLE, what + " expected " + expected + " but found " + found + " (" + where + ")");
  }
}
