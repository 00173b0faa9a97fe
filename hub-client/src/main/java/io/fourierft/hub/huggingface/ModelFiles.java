package io.fourierft.hub.huggingface;

import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which files of a repository make a model that can be loaded: configuration, tokenizer and one
 * form of the weights. Repositories often hold the same weights in five forms.
 */
final class ModelFiles {
  /** Files beside the weights, none of them in a folder. */
  private static final Pattern SMALL = Pattern.compile("[^/]+\\.(json|txt|model)");

  private static final Pattern INDEX = Pattern.compile(".*\\.(safetensors|bin)\\.index\\.json");
  private static final Pattern SAFETENSORS =
      Pattern.compile("model(-\\d{5}-of-\\d{5})?\\.safetensors(\\.index\\.json)?");
  private static final Pattern PICKLED =
      Pattern.compile("pytorch_model(-\\d{5}-of-\\d{5})?\\.bin(\\.index\\.json)?");

  private ModelFiles() {}

  /**
   * Chooses files: safetensors before PyTorch's own form, which is taken only where there is no
   * other.
   *
   * @param paths all files of the repository
   * @return those to fetch
   */
  static SortedSet<String> choose(Collection<String> paths) {
    SortedSet<String> chosen = matching(paths, SAFETENSORS.asMatchPredicate());
    if (chosen.isEmpty()) {
      chosen = matching(paths, PICKLED.asMatchPredicate());
    }
    chosen.addAll(matching(paths, SMALL.asMatchPredicate().and(INDEX.asMatchPredicate().negate())));
    return chosen;
  }

  private static SortedSet<String> matching(Collection<String> paths, Predicate<String> wanted) {
    SortedSet<String> found = new TreeSet<>();
    paths.stream().filter(wanted).forEach(found::add);
    return found;
  }
}
