package io.fourierft.samples.quickstart;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.hub.Hub;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.Publication;
import io.fourierft.hub.Version;
import io.fourierft.samples.classify.AdapterClassifier;
import io.fourierft.samples.classify.Score;
import io.fourierft.samples.minilm.MiniLm;
import io.fourierft.text.Encoded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Publishes an adapter, fetches it by name into a fresh model and uses that.
 *
 * @param version the published version
 * @param identical number of test texts whose logits are the same to the bit
 * @param answers the sentences with their categories
 */
record RoundTrip(Version version, int identical, List<QuickStartResult.Answer> answers) {
  /** The adapter's file in a published version. */
  static final String FILE = "adapter.fft";

  static Version publish(Hub hub, QuickStartOptions options, Path file) throws IOException {
    Publication publication =
        Publication.builder()
            .file(FILE, file)
            .message("Quick start on " + options.data().name())
            .metadata(Metadata.of(MiniLm.ID, "text-classification", "fourierft"))
            .build();
    return hub.publish(options.name(), publication);
  }

  static RoundTrip of(
      Hub hub, Version version, QuickStartOptions options, float[][] before, List<Encoded> test)
      throws IOException {
    Path fetched = hub.fetch(options.name(), version.id(), options.fetch());
    Adapter adapter = AdapterFiles.read(fetched.resolve(FILE));
    try (AdapterClassifier fresh = AdapterClassifier.open(adapter, options.name().toString())) {
      float[][] after = fresh.logits(test);
      int identical = 0;
      for (int i = 0; i < before.length; i++) {
        identical += Arrays.equals(before[i], after[i]) ? 1 : 0;
      }
      return new RoundTrip(version, identical, answers(fresh, options.sentences()));
    }
  }

  private static List<QuickStartResult.Answer> answers(
      AdapterClassifier classifier, List<String> sentences) {
    List<List<Score>> scores = classifier.classify(sentences);
    List<QuickStartResult.Answer> answers = new ArrayList<>();
    for (int i = 0; i < sentences.size(); i++) {
      answers.add(new QuickStartResult.Answer(sentences.get(i), scores.get(i)));
    }
    return answers;
  }
}
