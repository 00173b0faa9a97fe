package io.fourierft.graph;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Module paths for variables. Hugging Face's {@code ...query.weight} belongs to the module {@code
 * ...query}; {@code dense/kernel} and {@code dense/W} belong to {@code dense}; another name is the
 * module's own.
 */
final class GraphNames {
  private static final Set<String> LEAVES = Set.of("weight", "weights", "kernel", "W", "w");

  private GraphNames() {}

  /** One path for each variable; where two would share one, both keep their full names. */
  static Map<String, String> modules(List<String> variables) {
    Map<String, Integer> uses = new HashMap<>();
    variables.forEach(variable -> uses.merge(parent(path(variable)), 1, Integer::sum));
    Map<String, String> modules = new LinkedHashMap<>();
    for (String variable : variables) {
      String parent = parent(path(variable));
      modules.put(variable, uses.get(parent) == 1 ? parent : path(variable));
    }
    return modules;
  }

  /** The name with dots between scopes. */
  static String path(String variable) {
    return variable.replace('/', '.');
  }

  private static String parent(String path) {
    int dot = path.lastIndexOf('.');
    return dot > 0 && LEAVES.contains(path.substring(dot + 1)) ? path.substring(0, dot) : path;
  }
}
