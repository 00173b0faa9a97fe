package io.fourierft.graph;

import io.fourierft.ModuleShape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.layers.convolution.Conv2D;

/**
 * An operation that multiplies with a variable.
 *
 * @param op its name in the graph
 * @param variable the variable, or what else stands in the weight's place
 * @param storage how the operation wants the weight stored, unless refused
 * @param kind what {@code all-linear} makes of it
 * @param refusal why it cannot be adapted, if so
 */
record WeightUse(
    String op, String variable, Storage storage, ModuleShape.Kind kind, Optional<String> refusal) {

  /** Operations that pass their input on without changing its numbers. */
  private static final List<String> PASSING = List.of("identity", "transpose", "permute");

  /** What an operation multiplies with, if it is of a kind that has weights. */
  static Optional<WeightUse> of(SameDiff graph, SameDiffOp op) {
    return switch (op.getOp().opName()) {
      case "matmul", "mmul" -> Optional.of(product(graph, op));
      case "xw_plus_b" ->
          Optional.of(matrix(graph, op, 1, Storage.IN_OUT, ModuleShape.Kind.LINEAR));
      case "gather" -> table(graph, op);
      case "conv2d" -> Optional.of(convolution(graph, op));
      default -> Optional.empty();
    };
  }

  private static WeightUse product(SameDiff graph, SameDiffOp op) {
    boolean transposeA = flag(op, 0);
    boolean transposeB = flag(op, 1);
    WeightUse right =
        matrix(graph, op, 1, transposeB ? Storage.OUT_IN : Storage.IN_OUT, ModuleShape.Kind.LINEAR);
    if (right.refusal().isEmpty()) {
      return right;
    }
    WeightUse left =
        matrix(graph, op, 0, transposeA ? Storage.IN_OUT : Storage.OUT_IN, ModuleShape.Kind.LINEAR);
    return left.refusal().isEmpty() ? left : right;
  }

  private static boolean flag(SameDiffOp op, int index) {
    DynamicCustomOp custom = (DynamicCustomOp) op.getOp();
    return custom.numIArguments() > index && custom.getIArgument(index) > 0;
  }

  private static WeightUse matrix(
      SameDiff graph, SameDiffOp op, int operand, Storage storage, ModuleShape.Kind kind) {
    SDVariable variable = graph.getVariable(op.getInputsToOp().get(operand));
    boolean turned = false;
    while (variable.getVariableType() == VariableType.ARRAY) {
      DifferentialFunction maker = maker(graph, variable);
      if (!PASSING.contains(maker.opName()) || !plainTurn(graph, maker)) {
        String reason = "it is the result of the operation " + maker.opName();
        return new WeightUse(
            op.getName(), root(graph, variable), storage, kind, Optional.of(reason));
      }
      turned ^= !maker.opName().equals("identity");
      variable = graph.getVariable(maker.argNames()[0]);
    }
    Storage stored = turned ? turned(storage) : storage;
    return new WeightUse(op.getName(), variable.name(), stored, kind, refusal(variable, 2));
  }

  private static Storage turned(Storage storage) {
    return storage == Storage.OUT_IN ? Storage.IN_OUT : Storage.OUT_IN;
  }

  private static DifferentialFunction maker(SameDiff graph, SDVariable variable) {
    return graph.getOps().get(graph.getVariables().get(variable.name()).getOutputOfOp()).getOp();
  }

  /** Whether an operation turns a matrix, if it turns anything. */
  private static boolean plainTurn(SameDiff graph, DifferentialFunction op) {
    if (op.opName().equals("identity")) {
      return true;
    }
    long[] axes =
        op.argNames().length > 1
            ? graph.getVariable(op.argNames()[1]).getArr() == null
                ? new long[0]
                : graph.getVariable(op.argNames()[1]).getArr().toLongVector()
            : ((DynamicCustomOp) op).iArgs();
    return axes.length == 0 && op.opName().equals("transpose")
        || Arrays.equals(axes, new long[] {1, 0});
  }

  /** The parameter that a result is made of alone, or the result itself. */
  private static String root(SameDiff graph, SDVariable result) {
    SDVariable variable = result;
    while (variable.getVariableType() == VariableType.ARRAY) {
      List<SDVariable> numbers =
          Arrays.stream(maker(graph, variable).argNames())
              .distinct()
              .map(graph::getVariable)
              .filter(argument -> argument.dataType().isFPType())
              .toList();
      if (numbers.size() != 1) {
        return result.name();
      }
      variable = numbers.get(0);
    }
    return variable.name();
  }

  private static Optional<String> refusal(SDVariable variable, int rank) {
    if (variable.getVariableType() == VariableType.PLACEHOLDER) {
      return Optional.of("it is a placeholder");
    }
    if (variable.dataType() != DataType.FLOAT && variable.dataType() != DataType.DOUBLE) {
      return Optional.of("its type is " + variable.dataType() + ", not FLOAT or DOUBLE");
    }
    if (variable.getArr() == null || variable.getArr().rank() != rank) {
      return Optional.of("it is no array of rank " + rank);
    }
    return Optional.empty();
  }

  private static Optional<WeightUse> table(SameDiff graph, SameDiffOp op) {
    SDVariable variable = graph.getVariable(op.getInputsToOp().get(0));
    boolean byRow = ((DynamicCustomOp) op.getOp()).numIArguments() == 0 || !flag(op, 0);
    boolean parameter =
        variable.getVariableType() == VariableType.CONSTANT
            || variable.getVariableType() == VariableType.VARIABLE;
    if (!parameter || !variable.dataType().isFPType() || op.getInputsToOp().size() < 2) {
      return Optional.empty();
    }
    Optional<String> refusal = refusal(variable, 2);
    if (!byRow) {
      refusal = Optional.of("gather takes from another axis than 0");
    } else if (GraphWeights.consumers(graph, op.getOutputsOfOp().get(0)).isEmpty()) {
      refusal = Optional.of("its rows are an output of the graph");
    }
    return Optional.of(
        new WeightUse(
            op.getName(), variable.name(), Storage.IN_OUT, ModuleShape.Kind.OTHER, refusal));
  }

  private static WeightUse convolution(SameDiff graph, SameDiffOp op) {
    SDVariable variable = graph.getVariable(op.getInputsToOp().get(1));
    DynamicCustomOp conv = (Conv2D) op.getOp();
    long format = conv.iArgs().length > 10 ? conv.getIArgument(10) : 0;
    Storage storage =
        switch ((int) format) {
          case 1 -> Storage.CONVOLUTION_OIYX;
          case 2 -> Storage.CONVOLUTION_OYXI;
          default -> Storage.CONVOLUTION_YXIO;
        };
    Optional<String> refusal =
        variable.getVariableType() == VariableType.ARRAY
            ? Optional.of("it is the result of the operation " + maker(graph, variable).opName())
            : refusal(variable, 4);
    return new WeightUse(op.getName(), variable.name(), storage, ModuleShape.Kind.OTHER, refusal);
  }
}
