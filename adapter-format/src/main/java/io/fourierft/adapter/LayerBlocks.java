package io.fourierft.adapter;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.fourierft.adapter.proto.LayerBlockMessage;
import io.fourierft.adapter.proto.LayerPartMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers as blocks: a run of layers whose names differ only in their first number is stored once
 * with the range of numbers, which keeps the names of a deep model at the size of one layer's.
 */
final class LayerBlocks {
  /** More layers than any model has; bounds what a small file can claim. */
  static final int MAX_LAYERS = 1 << 16;

  private static final char NUMBER = '#';
  private static final int MAX_DIGITS = 9;

  private LayerBlocks() {}

  /** A module name split at its first number; number is -1 where it has none. */
  private record SplitName(String pattern, int number) {
    static SplitName of(String module) {
      if (module.indexOf(NUMBER) >= 0) {
        return new SplitName(module, -1);
      }
      int start = 0;
      while (start <= module.length()) {
        int dot = module.indexOf('.', start);
        int end = dot < 0 ? module.length() : dot;
        if (isNumber(module, start, end)) {
          int number = Integer.parseInt(module.substring(start, end));
          String pattern = module.substring(0, start) + NUMBER + module.substring(end);
          return new SplitName(pattern, number);
        }
        start = end + 1;
      }
      return new SplitName(module, -1);
    }

    private static boolean isNumber(String module, int start, int end) {
      boolean plain = end > start && end - start <= MAX_DIGITS;
      for (int i = start; i < end && plain; i++) {
        plain = module.charAt(i) >= '0' && module.charAt(i) <= '9';
      }
      return plain && (module.charAt(start) != '0' || end == start + 1);
    }
  }

  /** Returns the module name with '#' in place of its first number, if it has one. */
  static String pattern(String module) {
    return SplitName.of(module).pattern();
  }

  static List<LayerBlockMessage> encode(List<AdapterLayer> layers, StorageType type) {
    List<SplitName> names = layers.stream().map(layer -> SplitName.of(layer.module())).toList();
    List<LayerBlockMessage> blocks = new ArrayList<>();
    int start = 0;
    while (start < layers.size()) {
      int parts = sameNumber(names, start);
      int count = names.get(start).number() < 0 ? 0 : repetitions(layers, names, start, parts);
      int end = start + parts * Math.max(count, 1);
      blocks.add(block(layers.subList(start, end), names.subList(start, end), parts, count, type));
      start = end;
    }
    return blocks;
  }

  private static int sameNumber(List<SplitName> names, int start) {
    int end = start + 1;
    while (end < names.size() && names.get(end).number() == names.get(start).number()) {
      end++;
    }
    return end - start;
  }

  private static int repetitions(
      List<AdapterLayer> layers, List<SplitName> names, int start, int parts) {
    int count = 1;
    while (start + (count + 1) * parts <= layers.size()
        && continues(layers, names, start, parts, count)) {
      count++;
    }
    return count;
  }

  private static boolean continues(
      List<AdapterLayer> layers, List<SplitName> names, int start, int parts, int count) {
    for (int i = start; i < start + parts; i++) {
      SplitName name = names.get(i);
      SplitName next = names.get(i + count * parts);
      AdapterLayer layer = layers.get(i);
      AdapterLayer other = layers.get(i + count * parts);
      if (!next.pattern().equals(name.pattern())
          || next.number() != name.number() + count
          || other.rows() != layer.rows()
          || other.cols() != layer.cols()
          || other.n() != layer.n()) {
        return false;
      }
    }
    return true;
  }

  private static LayerBlockMessage block(
      List<AdapterLayer> layers, List<SplitName> names, int parts, int count, StorageType type) {
    LayerBlockMessage.Builder block =
        LayerBlockMessage.newBuilder().setCount(count).setType(Enums.toProto(type));
    if (count > 0) {
      block.setFirst(names.get(0).number());
    }
    for (int i = 0; i < parts; i++) {
      AdapterLayer layer = layers.get(i);
      block.addParts(
          LayerPartMessage.newBuilder()
              .setModule(names.get(i).pattern())
              .setRows(layer.rows())
              .setCols(layer.cols())
              .setN(layer.n()));
    }
    return block.setCoefficients(numbers(layers, type)).build();
  }

  private static ByteString numbers(List<AdapterLayer> layers, StorageType type) {
    long bytes = layers.stream().mapToLong(layer -> (long) layer.n() * type.bytes()).sum();
    ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (AdapterLayer layer : layers) {
      type.put(layer.values(), buffer, layer.module());
    }
    return UnsafeByteOperations.unsafeWrap(buffer.flip());
  }

  static List<AdapterLayer> decode(List<LayerBlockMessage> blocks, String where)
      throws AdapterFormatException {
    List<AdapterLayer> layers = new ArrayList<>();
    for (LayerBlockMessage block : blocks) {
      StorageType type = Enums.fromProto(block.getType(), where);
      checkCounts(block, layers.size(), type, where);
      long first = Integer.toUnsignedLong(block.getFirst());
      int count = block.getCount();
      ByteBuffer numbers =
          block.getCoefficients().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < Math.max(count, 1); i++) {
        for (LayerPartMessage part : block.getPartsList()) {
          String module = count == 0 ? part.getModule() : numbered(part.getModule(), first + i);
          float[] values = type.get(numbers, part.getN());
          layers.add(new AdapterLayer(module, part.getRows(), part.getCols(), values));
        }
      }
    }
    return layers;
  }

  private static String numbered(String pattern, long number) {
    int at = pattern.indexOf(NUMBER);
    return pattern.substring(0, at) + number + pattern.substring(at + 1);
  }

  /** Everything that later sizes an array or a list. */
  private static void checkCounts(
      LayerBlockMessage block, int before, StorageType type, String where)
      throws AdapterFormatException {
    long repeats = Math.max(Integer.toUnsignedLong(block.getCount()), 1);
    long layers = before + repeats * block.getPartsCount();
    if (layers > MAX_LAYERS || block.getPartsCount() == 0) {
      throw new AdapterFormatException.Invalid(
          "layers expected at most "
              + MAX_LAYERS
              + ", blocks not empty, but found "
              + layers
              + " layers, a block of "
              + block.getPartsCount()
              + " parts ("
              + where
              + ")");
    }
    long each = 0;
    for (LayerPartMessage part : block.getPartsList()) {
      each += Integer.toUnsignedLong(part.getN());
      checkName(part.getModule(), block.getCount() != 0, where);
    }
    long expected = Math.multiplyExact(each * type.bytes(), repeats);
    if (expected != block.getCoefficients().size()) {
      throw new AdapterFormatException.WrongCount(
          String.format(
              "coefficients expected %d bytes for n = %d in %d layers but found %d (%s)",
              expected,
              Integer.toUnsignedLong(block.getParts(0).getN()),
              repeats * block.getPartsCount(),
              block.getCoefficients().size(),
              where));
    }
  }

  private static void checkName(String module, boolean numbered, String where)
      throws AdapterFormatException {
    long marks = module.chars().filter(c -> c == NUMBER).count();
    if (module.length() > Checks.MAX_NAME || numbered && marks != 1) {
      throw new AdapterFormatException.Invalid(
          String.format(
              "module expected at most %d characters and one '#' in a numbered block but found"
                  + " %d and %d (%s)",
              Checks.MAX_NAME, module.length(), marks, where));
    }
  }
}
