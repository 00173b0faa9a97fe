package io.fourierft.layers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32C;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** Writes deltas into weights, and takes them out again exactly. */
final class Merge implements AutoCloseable {
  private final Map<String, Kept> kept = new LinkedHashMap<>();

  /** A weight before it was merged, and a checksum of it afterwards. */
  private record Kept(INDArray before, long after) {}

  boolean merged() {
    return !kept.isEmpty();
  }

  void requireUnmerged() {
    if (merged()) {
      throw new IllegalStateException(
          "adapters expected unmerged but found them merged into " + kept.keySet());
    }
  }

  void merge(Map<String, AdaptedLayer> layers) {
    requireUnmerged();
    requireNotLoadedMerged(layers);
    requireFinite(layers);
    layers.forEach(
        (name, layer) -> {
          for (EffectiveWeight weight : layer.weights()) {
            if (weight.changes(layer.layer())) {
              INDArray before = weight.base().dup(weight.base().ordering());
              weight.writeSum(layer.layer(), weight.base());
              kept.put(name + "." + weight.key(), new Kept(before, checksum(weight.base())));
            }
          }
        });
    layers.values().forEach(layer -> layer.layer().setMerged(true));
  }

  private static void requireNotLoadedMerged(Map<String, AdaptedLayer> layers) {
    layers.forEach(
        (name, layer) -> {
          if (layer.layer().merged()) {
            throw new IllegalStateException(
                "adapters expected unmerged but the network was saved with them merged (layer "
                    + name
                    + ")");
          }
        });
  }

  /** Refuses sums of weight and delta that are not finite. */
  void requireFinite(Map<String, AdaptedLayer> layers) {
    layers.forEach(
        (name, layer) -> {
          for (EffectiveWeight weight : layer.weights()) {
            if (weight.changes(layer.layer())) {
              requireFinite(name, layer, weight);
            }
          }
        });
  }

  private static void requireFinite(String name, AdaptedLayer layer, EffectiveWeight weight) {
    INDArray base = weight.base();
    try (INDArray sum = Nd4j.createUninitialized(base.dataType(), base.shape())) {
      weight.writeSum(layer.layer(), sum);
      long broken =
          Nd4j.getExecutioner().exec(new MatchCondition(sum, Conditions.notFinite())).getLong(0);
      if (broken > 0) {
        throw new IllegalArgumentException(
            "merged weight expected finite numbers but found "
                + broken
                + " that are not (layer "
                + name
                + ", weight "
                + weight.key()
                + ", adapters "
                + layer.layer().adapters().stream()
                    .filter(LayerAdapter::active)
                    .map(LayerAdapter::name)
                    .toList()
                + ")");
      }
    }
  }

  void unmerge(Map<String, AdaptedLayer> layers) {
    if (!merged()) {
      throw new IllegalStateException(
          "adapters expected merged by this handle but found them unmerged, or merged before the"
              + " network was saved");
    }
    layers.forEach(
        (name, layer) -> {
          for (EffectiveWeight weight : layer.weights()) {
            Kept before = kept.get(name + "." + weight.key());
            if (before != null && before.after() != checksum(weight.base())) {
              throw new IllegalStateException(
                  "unmerge expected the weight as merge left it but found it changed (layer "
                      + name
                      + ", weight "
                      + weight.key()
                      + ")");
            }
          }
        });
    layers.forEach(
        (name, layer) -> {
          for (EffectiveWeight weight : layer.weights()) {
            Kept before = kept.get(name + "." + weight.key());
            if (before != null) {
              weight.base().assign(before.before());
            }
          }
          layer.layer().setMerged(false);
        });
    close();
  }

  private static long checksum(INDArray weight) {
    CRC32C sum = new CRC32C();
    try (INDArray copy = weight.dup(weight.ordering())) {
      byte[] bytes = new byte[8];
      boolean wide = copy.dataType() == DataType.DOUBLE;
      for (long i = 0; i < copy.length(); i++) {
        long bits =
            wide
                ? Double.doubleToRawLongBits(copy.data().getDouble(i))
                : Float.floatToRawIntBits(copy.data().getFloat(i));
        for (int b = 0; b < 8; b++) {
          bytes[b] = (byte) (bits >>> (8 * b));
        }
        sum.update(bytes);
      }
    }
    return sum.getValue();
  }

  @Override
  public void close() {
    kept.values().forEach(one -> one.before().close());
    kept.clear();
  }
}
