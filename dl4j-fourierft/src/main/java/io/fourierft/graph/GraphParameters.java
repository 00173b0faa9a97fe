package io.fourierft.graph;

import io.fourierft.adapter.NamedTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of a graph under names that tell their modules, such as {@code classifier.weight}:
 * which of them train, and what they were before adapters changed them.
 */
final class GraphParameters {
  private final SameDiff graph;
  private final Map<String, String> variables; // parameter name to variable
  private final Set<String> trainedBefore; // variables
  private final long count;
  private final Map<String, INDArray> base = new LinkedHashMap<>();

  private GraphParameters(
      SameDiff graph, Map<String, String> variables, Set<String> trainedBefore, long count) {
    this.graph = graph;
    this.variables = variables;
    this.trainedBefore = trainedBefore;
    this.count = count;
  }

  static GraphParameters of(SameDiff graph, GraphWeights weights) {
    Map<String, String> names = new HashMap<>();
    for (GraphWeight weight : weights.all()) {
      names.put(weight.variable(), weight.module() + ".weight");
      weight.bias().ifPresent(bias -> names.putIfAbsent(bias, weight.module() + ".bias"));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    Set<String> trained = new LinkedHashSet<>();
    long count = 0;
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (!GraphWeights.parameter(graph, name)) {
        continue;
      }
      boolean trains = variable.getVariableType() == VariableType.VARIABLE;
      if (trains || variable.getArr().length() > 1) {
        count += variable.getArr().length();
        String told = names.getOrDefault(name, GraphNames.path(name));
        variables.put(variables.containsKey(told) ? name : told, name);
      }
      if (trains) {
        trained.add(name);
      }
    }
    return new GraphParameters(graph, variables, trained, count);
  }

  Set<String> names() {
    return variables.keySet();
  }

  /** The variable that holds a parameter. */
  String variable(String name) {
    return variables.get(name);
  }

  /** Number of all parameters. */
  long count() {
    return count;
  }

  /** The live value of a parameter. */
  INDArray value(String name) {
    return graph.getVariable(variables.get(name)).getArr();
  }

  void requireFits(NamedTensor tensor) {
    if (!variables.containsKey(tensor.name())) {
      throw new IllegalArgumentException(
          "adapter tensor expected a parameter of the graph but found " + tensor.name());
    }
    long[] shape = value(tensor.name()).shape();
    if (!Arrays.equals(shape, tensor.shape())) {
      throw new IllegalArgumentException(
          "adapter tensor expected shape "
              + Arrays.toString(shape)
              + " but found "
              + Arrays.toString(tensor.shape())
              + " ("
              + tensor.name()
              + ")");
    }
  }

  /** Base values of parameters, copied; they are kept here from now on. */
  Map<String, INDArray> copies(Set<String> names) {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    for (String name : names) {
      base.computeIfAbsent(name, key -> value(key).dup());
      copies.put(name, base.get(name).dup());
    }
    return copies;
  }

  /** Adds the weighted change from the base values to the live ones. */
  void addChange(Map<String, INDArray> values, double weight) {
    values.forEach(
        (name, value) -> {
          try (INDArray change = value.sub(base.get(name))) {
            change.muli(weight);
            value(name).addi(change);
          }
        });
  }

  /** Puts the base values back. */
  void restore() {
    base.forEach((name, value) -> value(name).assign(value));
  }

  /** Makes these parameters variables, and all others constants. */
  void train(Set<String> names) {
    Set<String> wanted = new LinkedHashSet<>();
    names.forEach(name -> wanted.add(variables.get(name)));
    setVariables(wanted);
  }

  private void setVariables(Set<String> wanted) {
    List<SDVariable> freeze = new ArrayList<>();
    List<SDVariable> train = new ArrayList<>();
    for (String name : variables.values()) {
      SDVariable variable = graph.getVariable(name);
      boolean trains = variable.getVariableType() == VariableType.VARIABLE;
      if (trains && !wanted.contains(name)) {
        freeze.add(variable);
      } else if (!trains && wanted.contains(name)) {
        train.add(variable);
      }
    }
    graph.convertToConstants(freeze);
    graph.convertToVariables(train);
  }

  /** Makes variables what was one before. */
  void detach() {
    setVariables(trainedBefore);
    base.values().forEach(INDArray::close);
    base.clear();
  }
}
