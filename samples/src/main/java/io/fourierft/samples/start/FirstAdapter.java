package io.fourierft.samples.start;

import io.fourierft.AdaptedModel;
import io.fourierft.FourierFt;
import io.fourierft.FourierOptions;
import io.fourierft.TargetModules;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.engine.DirectModel;
import io.fourierft.importer.ConfigFile;
import io.fourierft.importer.Head;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.importer.bert.BertConfig;
import io.fourierft.importer.bert.BertImporter;
import io.fourierft.importer.weights.WeightFiles;
import io.fourierft.importer.weights.WeightSource;
import io.fourierft.text.Padding;
import io.fourierft.text.TextTokenizer;
import io.fourierft.train.Bucketing;
import io.fourierft.train.Example;
import io.fourierft.train.FineTuner;
import io.fourierft.train.TrainListener;
import io.fourierft.train.TrainOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The code of the README: what it shows is what is compiled and tested here. */
public final class FirstAdapter {
  private FirstAdapter() {}

  /**
   * Loads a BERT or RoBERTa checkpoint as Hugging Face stores it, with a fresh classifier.
   *
   * @param checkpoint directory with config.json and model.safetensors
   * @param labels number of categories
   * @return the model; the caller closes it
   * @throws IOException if the checkpoint is missing or damaged
   */
  public static PretrainedModel load(Path checkpoint, int labels) throws IOException {
    BertConfig config = BertConfig.of(ConfigFile.read(checkpoint.resolve("config.json")));
    try (WeightSource weights = WeightFiles.open(checkpoint)) {
      return BertImporter.load(weights, config, Head.sentenceClassifier(labels));
    }
  }

  /**
   * Trains an adapter and writes it.
   *
   * @param base a model with a classifier
   * @param tokenizer its tokenizer
   * @param texts what to learn from
   * @param labels category of each text
   * @param file where the adapter goes
   * @throws IOException if it cannot be written
   */
  public static void train(
      PretrainedModel base, TextTokenizer tokenizer, List<String> texts, int[] labels, Path file)
      throws IOException {
    // README begins
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      examples.add(new Example(tokenizer.encode(texts.get(i)).ids(), labels[i]));
    }
    Bucketing batches = new Bucketing(32, tokenizer.paddingId(), 0);
    FourierOptions options = FourierOptions.of(TargetModules.of("query", "value"));
    TrainOptions training = TrainOptions.defaults().withEpochs(3);

    try (AdaptedModel model =
            FourierFt.attach(base.linears(), base.parameters(), options, base.fresh());
        FineTuner tuner = FineTuner.of(base.network(), model, training)) {
      tuner.fit(epoch -> batches.epoch(examples, epoch), TrainListener.SILENT);
      AdapterFiles.write(file, model.toAdapter().build());
    }
    // README ends
  }

  /**
   * Uses an adapter.
   *
   * @param base the model that the adapter was trained over
   * @param tokenizer its tokenizer
   * @param file the adapter
   * @param text a text
   * @return one logit for each category
   * @throws IOException if the adapter cannot be read
   */
  public static float[] logits(
      PretrainedModel base, TextTokenizer tokenizer, Path file, String text) throws IOException {
    FourierOptions options = FourierOptions.of(TargetModules.of("query", "value"));
    try (AdaptedModel model =
            FourierFt.attach(base.linears(), base.parameters(), options, base.fresh());
        DirectModel direct = DirectModel.of(base.network(), base.parameters())) {
      model.load(AdapterFiles.read(file));
      INDArray logits =
          direct.forward(
              Padding.RIGHT.batch(List.of(tokenizer.encode(text)), tokenizer.paddingId()));
      return logits.toFloatMatrix()[0];
    }
  }
}
