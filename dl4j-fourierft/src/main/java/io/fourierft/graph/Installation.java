package io.fourierft.graph;

import io.fourierft.spectral.Entries;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The operations that change the weights of a graph by the active adapters. Every operation that
 * reads a weight reads the sum instead; one that takes rows of a table gets the change of these
 * rows added to its result, as SameDiff cannot differentiate taking rows of a sum.
 */
final class Installation {
  /** What the names of coefficients end with, before the adapter's name. */
  static final String SPECTRUM = ".fourierft_spectrum.";

  private static final String SUM = ".fourierft";

  private record Part(GraphAdapter adapter, SDVariable coefficients, double weight) {}

  private final SameDiff graph;
  private final GraphEdit edit;
  private final Map<DataType, GraphDelta> deltas = new EnumMap<>(DataType.class);
  private final Map<String, SDVariable> spectra = new LinkedHashMap<>();

  private Installation(SameDiff graph) {
    this.graph = graph;
    this.edit = GraphEdit.begin(graph);
  }

  /**
   * Installs adapters.
   *
   * @param active the adapters with their weights, by name
   * @param trains whether the coefficients train
   */
  static Installation of(
      SameDiff graph, GraphWeights weights, Map<String, Weighted> active, boolean trains) {
    Installation installation = new Installation(graph);
    try {
      Map<String, List<Part>> parts = new LinkedHashMap<>();
      active.forEach((name, weighted) -> installation.addSpectra(name, weighted, parts));
      parts.forEach((module, of) -> installation.change(weights.get(module), of));
      installation.settle(trains);
    } catch (RuntimeException e) {
      installation.remove();
      throw e;
    }
    return installation;
  }

  /** An adapter and its weight among the active ones. */
  record Weighted(GraphAdapter adapter, double weight) {}

  private void addSpectra(String name, Weighted weighted, Map<String, List<Part>> parts) {
    weighted
        .adapter()
        .coefficients()
        .forEach(
            (module, array) -> {
              SDVariable spectrum = graph.constant(module + SPECTRUM + name, array);
              spectra.put(spectrum.name(), spectrum);
              parts
                  .computeIfAbsent(module, key -> new ArrayList<>())
                  .add(new Part(weighted.adapter(), spectrum, weighted.weight()));
            });
  }

  private void change(GraphWeight weight, List<Part> parts) {
    List<String> tables = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String op : GraphWeights.consumers(graph, weight.variable())) {
      boolean table = graph.getOps().get(op).getOp().opName().equals("gather");
      (table ? tables : others).add(op);
    }
    if (!others.isEmpty()) {
      SDVariable sum = sum(weight, parts);
      others.forEach(op -> edit.rewire(op, weight.variable(), sum));
    }
    tables.forEach(op -> changeRows(graph.getOps().get(op), weight, parts));
  }

  private SDVariable sum(GraphWeight weight, List<Part> parts) {
    SDVariable base = graph.getVariable(weight.variable());
    SDVariable change = null;
    for (Part part : parts) {
      Entries entries = part.adapter().spec().layers().get(weight.module());
      double factor = part.adapter().factor(weight.module()) * part.weight();
      SDVariable delta = delta(base).of(part.coefficients(), factor, entries, weight);
      change = change == null ? delta : change.add(delta);
    }
    return base.add(weight.variable() + SUM, change);
  }

  private GraphDelta delta(SDVariable base) {
    return deltas.computeIfAbsent(base.dataType(), type -> new GraphDelta(graph, type));
  }

  private void changeRows(SameDiffOp gather, GraphWeight weight, List<Part> parts) {
    SDVariable taken = graph.getVariable(gather.getOutputsOfOp().get(0));
    List<String> readers = GraphWeights.consumers(graph, taken.name());
    SDVariable indices = graph.getVariable(gather.getInputsToOp().get(1));
    SDVariable base = graph.getVariable(weight.variable());
    SDVariable sum = taken;
    for (Part part : parts) {
      Entries entries = part.adapter().spec().layers().get(weight.module());
      double factor = part.adapter().factor(weight.module()) * part.weight();
      SDVariable rows =
          delta(base).rows(indices, part.coefficients(), factor, entries, weight.storage());
      sum = sum.add(graph.reshape(rows, taken.shape()));
    }
    for (String op : readers) {
      edit.rewire(op, taken.name(), sum);
    }
  }

  /** Makes SameDiff forget what it derived from the graph, by changing the type of a variable. */
  private void settle(boolean trains) {
    List<SDVariable> all = List.copyOf(spectra.values());
    graph.convertToVariables(all);
    if (!trains) {
      graph.convertToConstants(all);
    }
  }

  /** Names of the coefficients. */
  Set<String> spectra() {
    return new LinkedHashSet<>(spectra.keySet());
  }

  /** Takes everything out again; the coefficients' arrays stay with the adapters. */
  void remove() {
    List<SDVariable> all = List.copyOf(spectra.values());
    if (all.stream().allMatch(each -> each.getVariableType() == VariableType.CONSTANT)) {
      graph.convertToVariables(all);
    }
    graph.convertToConstants(all);
    edit.undo(spectra.keySet());
  }
}
