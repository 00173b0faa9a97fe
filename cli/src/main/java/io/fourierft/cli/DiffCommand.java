package io.fourierft.cli;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterDiff;
import io.fourierft.adapter.AdapterLayer;
import io.fourierft.adapter.BaseModel;
import io.fourierft.adapter.Fingerprint;
import io.fourierft.adapter.LayerShapes;
import io.fourierft.adapter.Provenance;
import io.fourierft.adapter.Task;
import io.fourierft.cli.adapter.AdapterReader;
import io.fourierft.cli.adapter.BaseAtHand;
import io.fourierft.cli.adapter.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fourierft diff}. */
@Command(
    name = "diff",
    sortOptions = false,
    description = {
      "Tells in what two adapters differ, whichever way each is stored. Against a PEFT directory, what"
          + " PEFT does not hold is left out: fingerprint, labels, provenance.",
      "Exits with 0 if nothing differs and with 1 if something does, as diff does."
    })
final class DiffCommand implements Callable<Integer> {
  private static final int DIFFERENT = 1;

  @Parameters(index = "0", paramLabel = "A", description = "Adapter file or PEFT directory.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "Adapter file or PEFT directory.")
  private Path second;

  @Mixin private ModelOption model;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Source a = Source.detect(first);
    Source b = Source.detect(second);
    LayerShapes shapes =
        model.isGiven() ? BaseAtHand.open(model.directory(spec)).shapes() : LayerShapes.unknown();
    Adapter left = read(a, b, shapes);
    Adapter right = read(b, a, shapes);
    PrintWriter out = spec.commandLine().getOut();
    boolean peft = a instanceof Source.Peft || b instanceof Source.Peft;
    AdapterDiff diff =
        peft ? AdapterDiff.of(asInPeft(left), asInPeft(right)) : AdapterDiff.of(left, right);
    if (diff.isEmpty()) {
      out.println("no difference");
      return 0;
    }
    Table table = new Table();
    diff.differences().forEach(part -> table.add(part.what(), part.first(), part.second()));
    table.print(out);
    return DIFFERENT;
  }

  private static Adapter asInPeft(Adapter adapter) {
    BaseModel base = adapter.baseModel();
    return adapter.toBuilder()
        .baseModel(new BaseModel(base.id(), base.revision(), Fingerprint.unknown()))
        .task(new Task(adapter.task().kind(), List.of(), "", 0))
        .provenance(Provenance.unknown())
        .build();
  }

  /** A PEFT directory takes the shapes it does not hold from the adapter file beside it. */
  private static Adapter read(Source source, Source other, LayerShapes shapes) throws IOException {
    if (source instanceof Source.Peft && other instanceof Source.AdapterFile) {
      Map<String, LayerShapes.Shape> known = new HashMap<>();
      for (AdapterLayer layer : AdapterReader.read(other, shapes).layers()) {
        known.put(layer.module(), new LayerShapes.Shape(layer.rows(), layer.cols()));
      }
      return AdapterReader.read(
          source, module -> Optional.ofNullable(known.get(module)).or(() -> shapes.shape(module)));
    }
    return AdapterReader.read(source, shapes);
  }
}
