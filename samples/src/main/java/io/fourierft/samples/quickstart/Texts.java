package io.fourierft.samples.quickstart;

import io.fourierft.AdaptedModel;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.engine.Parameters;
import io.fourierft.importer.PretrainedModel;
import io.fourierft.samples.classify.Score;
import io.fourierft.samples.data.TextData;
import io.fourierft.samples.minilm.MiniLm;
import java.util.List;
import java.util.Locale;

/** How things are said. */
final class Texts {
  private Texts() {}

  static String data(TextData data) {
    return format(
        "%s, %d categories, %,d examples to train on, %,d to test on",
        data.name(), data.labels().size(), data.train().size(), data.test().size());
  }

  static String model(PretrainedModel base) {
    Parameters parameters = base.parameters();
    long frozen =
        parameters.names().stream()
            .filter(name -> !base.fresh().contains(name))
            .mapToLong(name -> parameters.value(name).length())
            .sum();
    return format("%s, %.1f million parameters, frozen", MiniLm.ID, frozen / 1e6);
  }

  static String adapter(AdaptedModel adapted) {
    return format(
        "%,d coefficients in %d layers, and a head of %,d parameters",
        adapted.coefficientCount(), adapted.modules().size(), adapted.headCount());
  }

  static String file(AdapterFileInfo info) {
    return format(
        "%s: coefficients %s, head %s, the rest %s",
        kilobytes(info.size()),
        kilobytes(info.coefficientBytes()),
        kilobytes(info.tensorBytes()),
        kilobytes(info.overheadBytes()));
  }

  static String half(Trained.Half half, double accuracy) {
    return format(
        "%s would do: accuracy %s, %+.2f points",
        kilobytes(half.file().size()),
        percent(half.accuracy()),
        100 * (half.accuracy() - accuracy));
  }

  static String kilobytes(long bytes) {
    return format("%.1f KB", bytes / 1000.0);
  }

  static String percent(double share) {
    return format("%.1f %%", 100 * share);
  }

  static String seconds(double seconds) {
    return seconds < 100
        ? format("%.1f s", seconds)
        : format("%d min %02d s", (long) seconds / 60, (long) seconds % 60);
  }

  static String answer(List<Score> scores) {
    return format("%s (%s)", scores.get(0).label(), percent(scores.get(0).probability()));
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
