package io.fourierft.benchmarks;

import io.fourierft.generate.Continuation;
import io.fourierft.generate.GenerationOptions;
import io.fourierft.generate.TokenGenerator;
import io.fourierft.importer.Head;
import io.fourierft.importer.Importers;
import io.fourierft.importer.PretrainedModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Greedy generation of a fixed number of tokens through the key-value cache. */
final class GenerateTask implements Task {
  private final PretrainedModel base;
  private final TokenGenerator generator;
  private final List<int[]> prompts;
  private final GenerationOptions options;

  private GenerateTask(PretrainedModel base, Spec spec) {
    this.base = base;
    this.prompts = Arrays.asList(spec.inputIds());
    this.options = GenerationOptions.greedy(spec.newTokens(), Set.of());
    this.generator =
        TokenGenerator.of(
            base.network(), base.parameters(), base.linears(), base.config().maxTokens());
  }

  static GenerateTask of(Spec spec) throws IOException {
    return new GenerateTask(Importers.load(spec.model(), Head.nextToken()), spec);
  }

  /** The sum of all new tokens. */
  @Override
  public double run() {
    double sum = 0;
    for (Continuation added : generator.generate(prompts, options)) {
      sum += Arrays.stream(added.tokens()).sum();
    }
    return sum;
  }

  @Override
  public void close() {
    generator.close();
    base.close();
  }
}
