package io.fourierft.benchmarks;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.StorageType;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How many bytes an adapter of square modules takes as a file of ours, without a base model. */
final class SizeTask implements Task {
  private final Spec spec;

  SizeTask(Spec spec) {
    this.spec = spec;
  }

  @Override
  public double run() throws IOException {
    LayerShapes.Shape square = new LayerShapes.Shape(spec.size(), spec.size());
    Map<String, LayerShapes.Shape> shapes =
        spec.modules().stream().collect(Collectors.toMap(Function.identity(), name -> square));
    Adapter adapter = PeftDirectory.read(spec.adapter(), LayerShapes.of(shapes));
    return AdapterFiles.toBytes(adapter, StorageType.F32, StorageType.F32).length;
  }

  @Override
  public void close() {
    // nothing is held
  }
}
