package io.fourierft.samples.quickstart;

import io.fourierft.samples.classify.EncodedTexts;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.data.TextExample;
import io.fourierft.text.Encoded;
import io.fourierft.text.TextTokenizer;
import io.fourierft.train.Example;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A task with its texts as tokens.
 *
 * @param train examples to train on
 * @param test texts to test on, in the order of the task
 * @param paddingId id that fills the shorter rows
 */
record TokenisedData(List<Example> train, List<Encoded> test, int paddingId) {

  static TokenisedData of(TextData data, TextTokenizer tokenizer) throws IOException {
    return new TokenisedData(
        examples(data.train(), EncodedTexts.of(tokenizer, data.train())),
        EncodedTexts.of(tokenizer, data.test()),
        tokenizer.paddingId());
  }

  private static List<Example> examples(List<TextExample> texts, List<Encoded> encoded) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      examples.add(new Example(encoded.get(i).ids(), texts.get(i).label()));
    }
    return List.copyOf(examples);
  }
}
