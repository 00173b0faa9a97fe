package io.fourierft.benchmarks;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.engine.Linear;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The adapter that both sides start from. */
final class Adapters {
  private Adapters() {}

  static Adapter read(Spec spec, PretrainedModel base) throws IOException {
    Map<String, LayerShapes.Shape> shapes =
        base.linears().stream()
            .collect(
                Collectors.toMap(
                    Linear::module, linear -> new LayerShapes.Shape(linear.out(), linear.in())));
    return PeftDirectory.read(spec.adapter(), LayerShapes.of(shapes));
  }

  /** The classifier's parameters, which the adapter holds in full, and what learns beside it. */
  static List<String> head(PretrainedModel base, Spec spec) {
    return base.parameters().names().stream()
        .filter(
            name ->
                name.startsWith("classifier.")
                    || name.startsWith("score.")
                    || spec.below().contains(name))
        .toList();
  }

  static AdaptedModel attach(PretrainedModel base, Adapter adapter, List<String> head) {
    String[] targets =
        adapter.layers().stream().map(layer -> layer.module()).toArray(String[]::new);
    FourierOptions options =
        FourierOptions.of(TargetModules.of(targets))
            .withNFrequency(adapter.layers().get(0).n())
            .withScaling(adapter.scaling())
            .withRule(adapter.rule());
    AdaptedModel adapted = FourierFt.attach(base.linears(), base.parameters(), options, head);
    adapted.load(adapter);
    return adapted;
  }
}
