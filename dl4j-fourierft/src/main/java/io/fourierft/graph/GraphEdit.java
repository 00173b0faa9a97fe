package io.fourierft.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Variables and operations that were added to a graph, and arguments that were changed, to be taken
 * back. SameDiff has no way to remove an operation, so its tables are changed here, all of them.
 */
final class GraphEdit {
  private record Rewired(String op, int argument, String former) {}

  private final SameDiff graph;
  private final Set<String> variablesBefore;
  private final Set<String> opsBefore;
  private final List<Rewired> rewired = new ArrayList<>();

  private GraphEdit(SameDiff graph) {
    this.graph = graph;
    this.variablesBefore = Set.copyOf(graph.getVariables().keySet());
    this.opsBefore = Set.copyOf(graph.getOps().keySet());
  }

  /** Everything that is added from now on belongs to the edit. */
  static GraphEdit begin(SameDiff graph) {
    return new GraphEdit(graph);
  }

  /** Makes an operation read another variable wherever it read this one. */
  void rewire(String op, String from, SDVariable to) {
    SameDiffOp consumer = graph.getOps().get(op);
    for (int i = 0; i < consumer.getInputsToOp().size(); i++) {
      if (consumer.getInputsToOp().get(i).equals(from)) {
        graph.replaceArgFor(i, to, consumer.getOp());
        rewired.add(new Rewired(op, i, from));
      }
    }
  }

  boolean added(String op) {
    return !opsBefore.contains(op);
  }

  /**
   * Takes everything back.
   *
   * @param keep variables whose arrays are still in use elsewhere
   */
  void undo(Set<String> keep) {
    for (int i = rewired.size() - 1; i >= 0; i--) {
      Rewired change = rewired.get(i);
      graph.replaceArgFor(
          change.argument(),
          graph.getVariable(change.former()),
          graph.getOps().get(change.op()).getOp());
    }
    for (String op : new LinkedHashSet<>(graph.getOps().keySet())) {
      if (added(op)) {
        removeOp(op);
      }
    }
    for (Variable variable : new ArrayList<>(graph.getVariables().values())) {
      if (!variablesBefore.contains(variable.getName())) {
        removeVariable(variable.getVariable(), keep.contains(variable.getName()));
      }
    }
  }

  private void removeOp(String name) {
    for (String input : graph.getOps().remove(name).getInputsToOp()) {
      Variable variable = graph.getVariables().get(input);
      if (variable != null && variable.getInputsForOp() != null) {
        variable.getInputsForOp().remove(name);
      }
    }
  }

  private void removeVariable(SDVariable variable, boolean keepArray) {
    String name = variable.name();
    INDArray array = null;
    if (variable.getVariableType() == VariableType.CONSTANT) {
      array = graph.getConstantArrays().removeArray(name);
    } else if (variable.getVariableType() == VariableType.VARIABLE) {
      array = graph.getVariablesArrays().removeArray(name);
    }
    graph.getVariables().remove(name);
    if (array != null && !keepArray && array.closeable()) {
      array.close();
    }
  }
}
