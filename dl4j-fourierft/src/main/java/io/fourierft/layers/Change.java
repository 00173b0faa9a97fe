package io.fourierft.layers;

import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.delta.DeltaOptions;
import io.fourierft.spectral.Entries;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What one adapter changes in one parameter of a layer. */
sealed interface Change extends AutoCloseable {

  /** Number of the adapter. */
  int id();

  /** Name of the network's parameter that holds the change. */
  String parameter();

  /** That parameter, a view. */
  INDArray values();

  /**
   * Writes the change.
   *
   * @param weight factor on it
   * @param out where it goes, {@code [rows, cols]}, row-major
   */
  void write(double weight, INDArray out);

  /**
   * Turns the gradient of the whole into that of {@link #values}.
   *
   * @param dense {@code [rows, cols]}, row-major
   * @param gradient where it goes
   */
  void gradient(INDArray dense, INDArray gradient);

  /** Whether there is memory that {@link #close} would give back. */
  boolean holds();

  /** Gives all memory back; the next use takes it again. */
  @Override
  void close();

  /** A delta by its coefficients. */
  final class Spectral implements Change {
    private final int id;
    private final String parameter;
    private final INDArray values;
    private final Entries entries;
    private final DeltaOptions options;
    private final double factor;
    private Optional<DeltaForm> form = Optional.empty();

    Spectral(LayerAdapter adapter, WeightMatrix weight, INDArray values, String layer) {
      this.id = adapter.id();
      this.parameter = adapter.spectrum(weight.key());
      this.values = values;
      this.entries =
          Refusals.entries(
              layer,
              adapter.settings().entryRule(),
              weight.rows(),
              weight.cols(),
              (int) values.length());
      this.options = adapter.settings().delta();
      this.factor = adapter.settings().scaling() / weight.cells();
    }

    private DeltaForm form() {
      if (form.isEmpty()) {
        form = Optional.of(DeltaForms.choose(entries, options, values.dataType()));
      }
      return form.get();
    }

    @Override
    public int id() {
      return id;
    }

    @Override
    public String parameter() {
      return parameter;
    }

    @Override
    public INDArray values() {
      return values;
    }

    @Override
    public void write(double weight, INDArray out) {
      form().materialise(values, weight * factor, out);
    }

    @Override
    public void gradient(INDArray dense, INDArray gradient) {
      gradient.assign(0);
      form().addGradient(dense, factor, gradient);
    }

    @Override
    public boolean holds() {
      return form.isPresent();
    }

    @Override
    public void close() {
      form.ifPresent(DeltaForm::close);
      form = Optional.empty();
    }
  }

  /**
   * A copy that is trained in full in the parameter's place.
   *
   * @param id number of the adapter
   * @param parameter name of the copy
   * @param values the copy, in the parameter's shape
   * @param weight the parameter as a matrix
   * @param base the parameter
   */
  record Copy(int id, String parameter, INDArray values, WeightMatrix weight, INDArray base)
      implements Change {
    @Override
    public void write(double factor, INDArray out) {
      out.assign(weight.matrix(values));
      out.subi(weight.matrix(base));
      out.muli(factor);
    }

    @Override
    public void gradient(INDArray dense, INDArray gradient) {
      gradient.assign(weight.parameter(dense, gradient.shape()));
    }

    @Override
    public boolean holds() {
      return false;
    }

    @Override
    public void close() {
      // A view of the network's parameters.
    }
  }
}
