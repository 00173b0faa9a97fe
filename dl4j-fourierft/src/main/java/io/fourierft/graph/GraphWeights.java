package io.fourierft.graph;

import io.fourierft.ModuleShape;
import io.fourierft.OutputHeads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/** The weights of a graph, by module path, and why others that look like weights are none. */
final class GraphWeights {
  private static final Set<String> SUMS = Set.of("add", "biasadd", "bias_add");

  private final Map<String, GraphWeight> byModule;
  private final Map<String, String> refused;
  private final Map<String, String> others;

  private GraphWeights(
      Map<String, GraphWeight> byModule, Map<String, String> refused, Map<String, String> others) {
    this.byModule = byModule;
    this.refused = refused;
    this.others = others;
  }

  /** Looks for operations that multiply with a variable. */
  static GraphWeights find(SameDiff graph) {
    Map<String, List<WeightUse>> uses = new LinkedHashMap<>();
    for (SameDiffOp op : graph.getOps().values()) {
      WeightUse.of(graph, op)
          .ifPresent(
              use -> uses.computeIfAbsent(use.variable(), key -> new ArrayList<>()).add(use));
    }
    Map<String, String> modules = GraphNames.modules(List.copyOf(uses.keySet()));
    Optional<String> head = head(graph, uses, modules);
    Map<String, GraphWeight> byModule = new LinkedHashMap<>();
    Map<String, String> refused = new TreeMap<>();
    uses.forEach(
        (variable, of) -> {
          String module = modules.get(variable);
          Optional<String> reason = refusal(of);
          if (reason.isPresent()) {
            refused.put(module, reason.get());
          } else {
            byModule.put(module, weight(graph, module, of, head));
          }
        });
    return new GraphWeights(byModule, refused, others(graph, uses.keySet()));
  }

  /** Parameters of two or more sides that are read in ways unknown here, and by what. */
  private static Map<String, String> others(SameDiff graph, Set<String> used) {
    List<String> names = new ArrayList<>();
    for (SDVariable variable : graph.variables()) {
      String name = variable.name();
      if (!used.contains(name)
          && parameter(graph, name)
          && variable.getArr().rank() > 1
          && !consumers(graph, name).isEmpty()) {
        names.add(name);
      }
    }
    Map<String, String> others = new TreeMap<>();
    GraphNames.modules(names)
        .forEach(
            (variable, module) ->
                others.put(
                    module,
                    consumers(graph, variable).stream()
                        .map(op -> graph.getOps().get(op).getOp().opName())
                        .distinct()
                        .collect(Collectors.joining(", "))));
    return others;
  }

  private static GraphWeight weight(
      SameDiff graph, String module, List<WeightUse> uses, Optional<String> head) {
    WeightUse use = leading(uses);
    long[] sides = use.storage().sides(graph.getVariable(use.variable()).getArr().shape());
    ModuleShape.Kind kind =
        head.filter(module::equals).isPresent() ? ModuleShape.Kind.OUTPUT_HEAD : use.kind();
    ModuleShape shape =
        new ModuleShape(module, Math.toIntExact(sides[0]), Math.toIntExact(sides[1]), kind);
    return new GraphWeight(
        use.variable(),
        shape,
        use.storage(),
        graph.getVariable(use.variable()).dataType(),
        bias(graph, use));
  }

  /** The use that says how the weight is stored: a product rather than a table. */
  private static WeightUse leading(List<WeightUse> uses) {
    return uses.stream()
        .filter(use -> use.kind() == ModuleShape.Kind.LINEAR)
        .findFirst()
        .orElse(uses.get(0));
  }

  private static Optional<String> refusal(List<WeightUse> uses) {
    WeightUse leading = leading(uses);
    for (WeightUse use : uses) {
      if (use.refusal().isPresent()) {
        return use.refusal();
      }
      boolean table = use.kind() == ModuleShape.Kind.OTHER && use.storage().matrix();
      if (use.storage() != leading.storage() && !table) {
        return Optional.of(
            "one operation takes it as [out, in] and another as [in, out], so that its entries have"
                + " no one place");
      }
    }
    return Optional.empty();
  }

  /** The head by its name, or else the only linear layer that no other one follows. */
  private static Optional<String> head(
      SameDiff graph, Map<String, List<WeightUse>> uses, Map<String, String> modules) {
    Map<String, String> opModule = new LinkedHashMap<>();
    uses.forEach(
        (variable, of) ->
            of.stream()
                .filter(use -> use.kind() == ModuleShape.Kind.LINEAR)
                .filter(use -> use.refusal().isEmpty())
                .forEach(use -> opModule.put(use.op(), modules.get(variable))));
    Optional<String> named = OutputHeads.among(new LinkedHashSet<>(opModule.values()));
    if (named.isPresent()) {
      return named;
    }
    Set<String> last = new HashSet<>();
    opModule.forEach(
        (op, module) -> {
          if (!followed(graph, op, opModule.keySet())) {
            last.add(module);
          }
        });
    return last.size() == 1 && new HashSet<>(opModule.values()).size() > 1
        ? Optional.of(last.iterator().next())
        : Optional.empty();
  }

  private static boolean followed(SameDiff graph, String op, Set<String> linear) {
    Deque<String> open = new ArrayDeque<>(List.of(op));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      for (String output : graph.getOps().get(open.pop()).getOutputsOfOp()) {
        for (String next : consumers(graph, output)) {
          if (linear.contains(next)) {
            return true;
          }
          if (seen.add(next)) {
            open.push(next);
          }
        }
      }
    }
    return false;
  }

  /** Operations that read a variable. */
  static List<String> consumers(SameDiff graph, String variable) {
    List<String> ops = graph.getVariables().get(variable).getInputsForOp();
    return ops == null ? List.of() : List.copyOf(ops);
  }

  private static Optional<String> bias(SameDiff graph, WeightUse use) {
    SameDiffOp op = graph.getOps().get(use.op());
    if (op.getOp().opName().equals("xw_plus_b")
        || op.getOp().opName().equals("conv2d") && op.getInputsToOp().size() > 2) {
      return Optional.of(op.getInputsToOp().get(2)).filter(name -> parameter(graph, name));
    }
    for (String next : consumers(graph, op.getOutputsOfOp().get(0))) {
      SameDiffOp sum = graph.getOps().get(next);
      if (SUMS.contains(sum.getOp().opName())) {
        for (String argument : sum.getInputsToOp()) {
          if (parameter(graph, argument) && graph.getVariable(argument).getArr().rank() <= 2) {
            return Optional.of(argument);
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a variable holds numbers of the model's own. */
  static boolean parameter(SameDiff graph, String name) {
    SDVariable variable = graph.getVariable(name);
    boolean own =
        variable.getVariableType() == VariableType.VARIABLE
            || variable.getVariableType() == VariableType.CONSTANT;
    return own && variable.dataType().isFPType() && variable.getArr() != null;
  }

  /** All weights, in the order in which the graph first uses them. */
  List<ModuleShape> shapes() {
    return byModule.values().stream().map(GraphWeight::shape).toList();
  }

  GraphWeight get(String module) {
    return byModule.get(module);
  }

  Iterable<GraphWeight> all() {
    return byModule.values();
  }

  /**
   * Refuses to adapt what looks like a weight and is none, with the reason.
   *
   * @param targets tells which modules are meant
   */
  void requireUsable(Predicate<String> targets) {
    refused.forEach(
        (module, reason) -> {
          if (targets.test(module)) {
            throw new IllegalArgumentException(
                "target module expected a weight of the graph's own but found "
                    + module
                    + ": "
                    + reason);
          }
        });
    if (byModule.keySet().stream().anyMatch(targets)) {
      return;
    }
    others.forEach(
        (module, readers) -> {
          if (targets.test(module)) {
            throw new IllegalArgumentException(
                "target module expected to be read by matmul, xw_plus_b, conv2d or gather but found "
                    + module
                    + " read by "
                    + readers);
          }
        });
  }
}
