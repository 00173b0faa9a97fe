package io.fourierft.adapter;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Holds an adapter against the base model it is to be loaded over. Other weights can be accepted
 * knowingly; other shapes cannot.
 */
public final class BaseCheck {
  /** What to do about a base of the right shapes but with other weights. */
  public enum Weights {
    /** Refuse it. */
    STRICT,
    /** Accept it. */
    FORCE
  }

  private BaseCheck() {}

  /**
   * Refuses a base the adapter was not made for.
   *
   * @param adapter the adapter
   * @param found fingerprint of the base at hand; what either side does not know is not compared
   * @param shapes shapes of the linear layers of the base at hand
   * @param weights what to do about other weights
   * @param where what to call the adapter in messages
   * @throws AdapterFormatException.MissingLayer if the base lacks adapted layers
   * @throws AdapterFormatException.WrongShape if sizes or layers have other shapes
   * @throws AdapterFormatException.WrongBase if the architecture is another, or the weights are and
   *     that is not to be accepted
   */
  public static void require(
      Adapter adapter, Fingerprint found, LayerShapes shapes, Weights weights, String where)
      throws AdapterFormatException {
    Fingerprint made = adapter.baseModel().fingerprint();
    if (made.architectureDiffers(found)) {
      throw new AdapterFormatException.WrongBase(
          "base architecture expected "
              + made.architecture()
              + " but found "
              + found.architecture()
              + in(where));
    }
    List<String> missing = new ArrayList<>();
    List<String> wrong = new ArrayList<>(made.sizeDifferences(found));
    for (AdapterLayer layer : adapter.layers()) {
      LayerShapes.Shape expected = new LayerShapes.Shape(layer.rows(), layer.cols());
      shapes
          .shape(layer.module())
          .ifPresentOrElse(
              shape -> compare(layer.module(), expected, shape, wrong),
              () -> missing.add(layer.module()));
    }
    if (!wrong.isEmpty()) {
      throw new AdapterFormatException.WrongShape("base " + joined(wrong) + in(where));
    }
    if (!missing.isEmpty()) {
      throw new AdapterFormatException.MissingLayer(
          "base expected linear layers "
              + joined(missing)
              + " but found none of the name"
              + in(where));
    }
    if (weights == Weights.STRICT && made.weightsDiffer(found)) {
      throw new AdapterFormatException.WrongBase(
          "base weights expected sha256 "
              + made.weightsSha256()
              + " but found "
              + found.weightsSha256()
              + in(where));
    }
  }

  /**
   * Refuses a base the adapter was not made for, and takes the base's fingerprint only if the
   * adapter knows its own base's.
   *
   * @param adapter the adapter
   * @param found takes the fingerprint of the base at hand
   * @param shapes shapes of the linear layers of the base at hand
   * @param weights what to do about other weights
   * @param where what to call the adapter in messages
   * @throws AdapterFormatException as for a fingerprint that has been taken
   */
  public static void require(
      Adapter adapter,
      Supplier<Fingerprint> found,
      LayerShapes shapes,
      Weights weights,
      String where)
      throws AdapterFormatException {
    boolean known = !adapter.baseModel().fingerprint().equals(Fingerprint.unknown());
    require(adapter, known ? found.get() : Fingerprint.unknown(), shapes, weights, where);
  }

  private static void compare(
      String module, LayerShapes.Shape expected, LayerShapes.Shape found, List<String> wrong) {
    if (!found.equals(expected)) {
      wrong.add(module + " expected " + text(expected) + " but found " + text(found));
    }
  }

  private static String text(LayerShapes.Shape shape) {
    return "[" + shape.rows() + ", " + shape.cols() + "]";
  }

  /** The first few of many in one line. */
  private static String joined(List<String> parts) {
    int shown = Math.min(parts.size(), 4);
    String text = String.join(", ", parts.subList(0, shown));
    return shown == parts.size() ? text : text + " and " + (parts.size() - shown) + " more";
  }

  private static String in(String where) {
    return " (" + where + ")";
  }
}
