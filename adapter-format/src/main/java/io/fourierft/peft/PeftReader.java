package io.fourierft.peft;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFormatException;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.BiasMode;
import io.fourierft.adapter.Fingerprint;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.NamedTensor;
import io.fourierft.adapter.PeftFacts;
import io.fourierft.adapter.SpectrumInit;
import io.fourierft.adapter.Task;
import io.fourierft.safetensors.DType;
import io.fourierft.spectral.EntryRule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Makes an adapter of a configuration and its tensors. */
final class PeftReader {
  private final PeftConfig config;
  private final PeftTensors file;
  private final LayerShapes shapes;
  private final List<AdapterLayer> layers = new ArrayList<>();
  private final List<NamedTensor> tensors = new ArrayList<>();
  private final Map<String, String> dtypes = new TreeMap<>();
  private final Map<String, String> keys = new TreeMap<>();
  private final Set<String> adapted = new HashSet<>();

  private PeftReader(PeftConfig config, PeftTensors file, LayerShapes shapes) {
    this.config = config;
    this.file = file;
    this.shapes = shapes;
  }

  static Adapter read(PeftConfig config, PeftTensors file, LayerShapes shapes) throws IOException {
    try {
      return new PeftReader(config, file, shapes).read();
    } catch (IllegalArgumentException e) {
      throw AdapterFormatException.Invalid.of(e, file.path().toString());
    }
  }

  private Adapter read() throws IOException {
    file.infos().stream()
        .map(PeftTensors.Info::name)
        .filter(PeftNames::isSpectrum)
        .forEach(key -> adapted.add(current(known(PeftNames.module(key)))));
    Set<String> names = new HashSet<>();
    file.infos().forEach(entry -> names.add(entry.name()));
    for (PeftTensors.Info entry : file.infos()) {
      if (PeftNames.isCopy(entry.name(), names::contains)) {
        continue;
      }
      if (PeftNames.isSpectrum(entry.name())) {
        layers.add(layer(entry));
      } else {
        tensors.add(tensor(entry));
      }
      if (entry.dtype() != DType.F32) {
        dtypes.put(entry.name(), entry.dtype().name());
      }
    }
    if (layers.isEmpty()) {
      throw new AdapterFormatException.Invalid(
          "adapter expected tensors named *.fourierft_spectrum but found none among "
              + file.infos().size()
              + " ("
              + file.path()
              + ")");
    }
    layers.sort(Comparator.comparing(AdapterLayer::module, PeftNames.NATURAL));
    tensors.sort(Comparator.comparing(NamedTensor::name, PeftNames.NATURAL));
    return adapter();
  }

  private AdapterLayer layer(PeftTensors.Info entry) throws IOException {
    String spelled = PeftNames.module(entry.name());
    if (entry.shape().size() != 1) {
      throw invalid("spectrum expected one side", "shape " + entry.shape(), spelled);
    }
    String module = known(spelled);
    LayerShapes.Shape shape = shapes.shape(module).orElse(null);
    if (shape == null) {
      throw new AdapterFormatException.MissingLayer(
          "base model expected a linear layer of the name but found none ("
              + spelled
              + " in "
              + file.path()
              + ")");
    }
    int expected = config.frequencies(spelled);
    if (entry.elements() != expected) {
      throw new AdapterFormatException.WrongCount(
          String.format(
              "n_frequency expected %d by adapter_config.json but found %d coefficients (%s in %s)",
              expected, entry.elements(), spelled, file.path()));
    }
    noteUnusual(module, entry.name(), PeftNames.spectrumKey(current(module)));
    return new AdapterLayer(module, shape.rows(), shape.cols(), file.floats(entry.name()));
  }

  /** Returns the spelling of a module that the base has, or the given one if it has none. */
  private String known(String module) {
    return Stream.of(ModuleSpelling.values())
        .map(spelling -> spelling.spell(module))
        .filter(name -> shapes.shape(module).isEmpty() && shapes.shape(name).isPresent())
        .findFirst()
        .orElse(module);
  }

  private static String current(String name) {
    return ModuleSpelling.TRANSFORMERS_5.spell(name);
  }

  private NamedTensor tensor(PeftTensors.Info entry) throws IOException {
    long[] shape = entry.shape().stream().mapToLong(Long::longValue).toArray();
    String spelled = PeftNames.parameter(entry.name());
    String owner = PeftNames.owner(spelled);
    String name = owner.isEmpty() ? spelled : known(owner) + spelled.substring(owner.length());
    noteUnusual(name, entry.name(), PeftWriter.key(current(name), adapted));
    return new NamedTensor(name, shape, file.floats(entry.name()));
  }

  /** Keeps a key that the name alone would not give back. */
  private void noteUnusual(String name, String key, String usual) {
    if (!key.equals(usual)) {
      keys.put(name, key);
    }
  }

  private Adapter adapter() throws AdapterFormatException {
    Adapter bare =
        Adapter.builder()
            .baseModel(new BaseModel(config.baseModel(), config.revision(), Fingerprint.unknown()))
            .rule(EntryRule.seeded(config.seed()))
            .scaling(config.scaling())
            .init(config.zeroInit() ? SpectrumInit.ZERO : SpectrumInit.GAUSSIAN)
            .bias(bias())
            .layers(layers)
            .tensors(tensors)
            .task(new Task(PeftTasks.kind(config.taskType()), List.of(), "", 0))
            .peft(new PeftFacts(Map.of(), dtypes, keys, layers.size()))
            .build();
    Map<String, String> kept = new TreeMap<>(config.json());
    kept.entrySet().removeAll(PeftWriter.config(PeftSpelling.asRead(bare)).json().entrySet());
    boolean targets = PeftTargets.KEYS.stream().anyMatch(kept::containsKey);
    return bare.toBuilder()
        .peft(new PeftFacts(kept, dtypes, keys, targets ? layers.size() : 0))
        .build();
  }

  private BiasMode bias() throws AdapterFormatException {
    if (config.bias().endsWith("_only")) {
      return BiasMode.ADAPTED;
    }
    return switch (config.bias()) {
      case "none" -> BiasMode.NONE;
      case "all" -> BiasMode.ALL;
      default -> throw invalid("bias expected none, all or fourier_only", config.bias(), "config");
    };
  }

  private AdapterFormatException invalid(String expected, String found, String what) {
    return new AdapterFormatException.Invalid(
        expected + " but found " + found + " (" + what + " in " + file.path() + ")");
  }
}
