package io.fourierft.torch;

import io.fourierft.torch.TorchException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Python's pickle machine, protocols 2 to 5, for the values of which files of tensors consist. What
 * it makes are {@link PickledNone}, {@code Boolean}, {@code Long}, {@code Double}, {@code String},
 * {@code byte[]}, {@code List} (lists, tuples and sets), {@code Map}, {@link PickledName}, {@link
 * PickledStorage} and {@link PickledTensor}. Each byte of the pickle makes at most one value, and
 * values are never walked through, so time and memory are bounded by the pickle's length even where
 * values contain themselves.
 */
final class Unpickler {
  private static final Object MARK = new Object();
  private static final int LAST_PROTOCOL = 5;

  private final PickleReader in;
  private final AllowedNames names;
  private final String where;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();

  private Unpickler(ByteBuffer pickle, String where) {
    this.in = new PickleReader(pickle, where);
    this.names = new AllowedNames(where);
    this.where = where;
  }

  /** Reads the value that a pickle describes. */
  static Object read(byte[] pickle, String where) throws TorchException {
    return over(ByteBuffer.wrap(pickle), where).value();
  }

  /** Takes one pickle from where a buffer stands; what follows stays there. */
  static Unpickler over(ByteBuffer pickle, String where) {
    return new Unpickler(pickle, where);
  }

  /** Reads the value; once. */
  Object value() throws TorchException {
    try {
      return run();
    } catch (ClassCastException e) {
      throw broken("a value of another type", "the one on the stack");
    }
  }

  /** The storages that the value refers to, by key. */
  Map<String, PickledStorage> storages() {
    return names.storages();
  }

  private Object run() throws TorchException {
    if (in.unsigned8() != 0x80) {
      throw broken("a protocol of 2 to 5 at the start", "none");
    }
    requireProtocol();
    for (int code = in.unsigned8(); code != '.'; code = in.unsigned8()) {
      if (!(scalar(code) || collection(code) || text(code) || object(code))) {
        throw broken("an instruction of protocols 2 to 5", String.format("0x%02x", code));
      }
    }
    return pop();
  }

  private void requireProtocol() throws TorchException {
    int protocol = in.unsigned8();
    if (protocol < 2 || protocol > LAST_PROTOCOL) {
      throw broken("protocol 2 to 5", "" + protocol);
    }
  }

  private boolean scalar(int code) throws TorchException {
    switch (code) {
      case 'N' -> push(PickledNone.NONE);
      case 0x88 -> push(Boolean.TRUE);
      case 0x89 -> push(Boolean.FALSE);
      case 'J' -> push((long) in.int32());
      case 'K' -> push((long) in.unsigned8());
      case 'M' -> push((long) in.unsigned16());
      case 0x8a -> push(in.integer(in.unsigned8()));
      case 0x8b -> push(in.integer(in.length32()));
      case 'G' -> push(in.real());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean text(int code) throws TorchException {
    switch (code) {
      case 'X' -> push(in.text(in.length32()));
      case 0x8c -> push(in.text(in.unsigned8()));
      case 0x8d -> push(in.text(in.int64()));
      case 'U', 'C' -> push(in.raw(in.unsigned8()));
      case 'T', 'B' -> push(in.raw(in.length32()));
      case 0x8e, 0x96 -> push(in.raw(in.int64()));
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean collection(int code) throws TorchException {
    switch (code) {
      case '(' -> stack.add(MARK);
      case ']', ')', 0x8f -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case 0x85 -> push(last(1));
      case 0x86 -> push(last(2));
      case 0x87 -> push(last(3));
      case 't', 'l', 0x91 -> push(marked());
      case 'd' -> putAll(new LinkedHashMap<>());
      case 'a' -> {
        Object item = pop();
        list(top()).add(item);
      }
      case 'e', 0x90 -> {
        List<Object> items = marked();
        list(top()).addAll(items);
      }
      case 's' -> {
        List<Object> pair = last(2);
        map(top()).put(names.key(pair.get(0)), pair.get(1));
      }
      case 'u' -> {
        List<Object> items = marked();
        put(items, map(top()));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void putAll(Map<Object, Object> target) throws TorchException {
    put(marked(), target);
    push(target);
  }

  private void put(List<Object> items, Map<Object, Object> target) throws TorchException {
    if (items.size() % 2 != 0) {
      throw broken("keys and values", "an odd number of them");
    }
    for (int i = 0; i < items.size(); i += 2) {
      target.put(names.key(items.get(i)), items.get(i + 1));
    }
  }

  private boolean object(int code) throws TorchException {
    switch (code) {
      case 0x80 -> requireProtocol();
      case 0x95 -> in.int64(); // the length of a frame says nothing that the values don't
      case 'c' -> push(names.find(in.line(), in.line()));
      case 0x93 -> {
        List<Object> parts = last(2);
        push(names.find((String) parts.get(0), (String) parts.get(1)));
      }
      case 'R', 0x81 -> {
        List<Object> parts = last(2);
        push(names.call((PickledName) parts.get(0), (List<?>) parts.get(1)));
      }
      case 'Q' -> push(names.storage(pop()));
      case 'b' -> build();
      case '0' -> pop();
      case '1' -> marked();
      case '2' -> push(top());
      case 'q' -> memo.put((long) in.unsigned8(), top());
      case 'r' -> memo.put(in.length32(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'h' -> push(remembered(in.unsigned8()));
      case 'j' -> push(remembered(in.length32()));
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Attributes of a dictionary, such as a state_dict's versions, are of no use here. */
  private void build() throws TorchException {
    pop();
    if (!(top() instanceof Map)) {
      throw broken("attributes of a dictionary only", "those of another object");
    }
  }

  private Object remembered(long index) throws TorchException {
    Object value = memo.get(index);
    if (value == null) {
      throw broken("a value remembered as " + index, "none");
    }
    return value;
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() throws TorchException {
    if (stack.isEmpty() || stack.get(stack.size() - 1) == MARK) {
      throw broken("a value on the stack", "none");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws TorchException {
    Object value = top();
    stack.remove(stack.size() - 1);
    return value;
  }

  private List<Object> last(int count) throws TorchException {
    List<Object> values = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      values.add(0, pop());
    }
    return values;
  }

  /** Takes everything down to the last mark, and the mark. */
  private List<Object> marked() throws TorchException {
    int at = stack.lastIndexOf(MARK);
    if (at < 0) {
      throw broken("a mark on the stack", "none");
    }
    List<Object> tail = stack.subList(at, stack.size());
    List<Object> values = new ArrayList<>(tail.subList(1, tail.size()));
    tail.clear();
    return values;
  }

  @SuppressWarnings("unchecked") // every list that is made here may hold anything
  private static List<Object> list(Object value) {
    return (List<Object>) value;
  }

  @SuppressWarnings("unchecked") // every map that is made here may hold anything
  private static Map<Object, Object> map(Object value) {
    return (Map<Object, Object>) value;
  }

  private TorchException broken(String expected, String found) {
    return new TorchException(
        Reason.PICKLE,
        String.format(
            "pickle expected %s but found %s (byte %d of %s)",
            expected, found, in.position(), where));
  }
}
