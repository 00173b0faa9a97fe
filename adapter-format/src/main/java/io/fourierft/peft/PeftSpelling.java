package io.fourierft.peft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.PeftFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * An adapter under the names it has in PEFT: those it was read with, or the ones of a spelling.
 * Afterwards names and tensor keys belong together, save for keys that are unusual as such.
 */
final class PeftSpelling {
  private final Adapter adapter;
  private final UnaryOperator<String> spelling;
  private final Map<String, String> kept;
  private final Map<String, String> keys = new TreeMap<>();

  private PeftSpelling(Adapter adapter, UnaryOperator<String> spelling, Map<String, String> kept) {
    this.adapter = adapter;
    this.spelling = spelling;
    this.kept = kept;
  }

  /** Names as they were read, and those of current transformers for all others. */
  static Adapter asRead(Adapter adapter) {
    UnaryOperator<String> current = ModuleSpelling.TRANSFORMERS_5::spell;
    return new PeftSpelling(adapter, current, adapter.peft().keys()).adapter();
  }

  /** Names of one spelling, however they were read. */
  static Adapter as(Adapter adapter, ModuleSpelling spelling) {
    Map<String, String> kept = new TreeMap<>(adapter.peft().keys());
    kept.keySet().removeIf(name -> isSpelledTwice(name));
    return new PeftSpelling(adapter, spelling::spell, kept).adapter();
  }

  private static boolean isSpelledTwice(String name) {
    return !ModuleSpelling.TRANSFORMERS_4
        .spell(name)
        .equals(ModuleSpelling.TRANSFORMERS_5.spell(name));
  }

  private Adapter adapter() {
    Set<String> adapted = new HashSet<>();
    List<AdapterLayer> layers = new ArrayList<>();
    for (AdapterLayer layer : adapter.layers()) {
      String key =
          kept.getOrDefault(layer.module(), PeftNames.spectrumKey(spelling.apply(layer.module())));
      String module = PeftNames.module(key);
      if (!key.equals(PeftNames.spectrumKey(module))) {
        keys.put(module, key);
      }
      adapted.add(module);
      layers.add(new AdapterLayer(module, layer.rows(), layer.cols(), layer.coefficients()));
    }
    List<NamedTensor> tensors = new ArrayList<>();
    for (NamedTensor tensor : adapter.tensors()) {
      String usual = PeftWriter.key(spelling.apply(tensor.name()), adapted);
      String key = kept.getOrDefault(tensor.name(), usual);
      String name = PeftNames.parameter(key);
      if (!key.equals(PeftWriter.key(name, adapted))) {
        keys.put(name, key);
      }
      tensors.add(new NamedTensor(name, tensor.shape(), tensor.data()));
    }
    PeftFacts was = adapter.peft();
    PeftFacts facts = new PeftFacts(was.config(), was.dtypes(), keys, was.layers());
    return adapter.toBuilder().layers(layers).tensors(tensors).peft(facts).build();
  }
}
