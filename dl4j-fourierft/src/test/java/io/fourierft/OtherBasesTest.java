package io.fourierft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.adapter.Basis;
import io.fourierft.delta.DeltaBasis;
import io.fourierft.delta.DeltaBasis.Side;
import io.fourierft.delta.FormKind;
import io.fourierft.engine.DirectModel;
import io.fourierft.engine.Inputs;
import io.fourierft.engine.Parameters;
import io.fourierft.peft.PeftDirectory;
import io.fourierft.spectral.Entries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Adapters over the bases of the paper's Table 6, from a model to a file and back. */
class OtherBasesTest {
  private static final TinyEncoder ENCODER = new TinyEncoder(2, 12, 3, 20, 31, 4);
  private static final String MODULE = "encoder.layer.1.intermediate.dense"; // [20, 12]
  private static final int N = 17;
  private static final FourierOptions OPTIONS =
      FourierOptions.of(TargetModules.of("intermediate.dense"))
          .withNFrequency(N)
          .withGaussianStart(1);

  private static AdaptedModel attach(Parameters parameters, FourierOptions options) {
    return FourierFt.attach(ENCODER.linears(), parameters, options, TinyEncoder.head());
  }

  @ParameterizedTest
  @EnumSource(
      value = Basis.class,
      names = {"RANDOM", "ORTHOGONAL"})
  void anAdapterKeepsItsBasisThroughAFile(Basis basis, @TempDir Path folder) throws IOException {
    Inputs inputs = ENCODER.inputs(new SplittableRandom(3), 5, 7);
    FourierOptions options = OPTIONS.withBasis(basis, 99);
    try (Parameters parameters = ENCODER.parameters(DataType.DOUBLE, 4);
        AdaptedModel model = attach(parameters, options);
        DirectModel direct = DirectModel.of(ENCODER, parameters)) {
      Adapter adapter = model.toAdapter().build();
      double[] expected = product(basis, model.entries(MODULE), adapter);
      try (INDArray delta = model.delta(MODULE)) {
        assertThat(delta.reshape(-1).toDoubleVector()).containsExactly(expected, within(1e-5));
      }
      INDArray output = direct.forward(inputs).dup();

      AdapterFiles.write(folder.resolve("adapter.fft"), adapter);
      Adapter read = AdapterFiles.read(folder.resolve("adapter.fft"));
      assertThat(read.basis()).isEqualTo(basis);
      assertThat(read.basisSeed()).isEqualTo(99);
      model.add("read", read);
      model.activate("read");
      assertThat(direct.forward(inputs).equalsWithEps(output, 1e-6)).isTrue();
    }
  }

  /** The sum of outer products, element by element. */
  private static double[] product(Basis kind, Entries entries, Adapter adapter) {
    float[] c =
        adapter.layers().stream()
            .filter(layer -> layer.module().equals(MODULE))
            .findFirst()
            .orElseThrow()
            .coefficients();
    DeltaBasis basis = DeltaBasis.of(kind, 99);
    double[] sum = new double[20 * 12];
    for (int l = 0; l < N; l++) {
      double[] left = basis.vectors(Side.ROWS, 0, 20, new int[] {entries.row(l)})[0];
      double[] right = basis.vectors(Side.COLUMNS, 0, 12, new int[] {entries.column(l)})[0];
      for (int i = 0; i < sum.length; i++) {
        sum[i] += 150.0 / (20 * 12) * c[l] * left[i / 12] * right[i % 12];
      }
    }
    return sum;
  }

  @Test
  void anAdapterOfAnotherBasisOrSeedDoesNotLoad() {
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 4);
        AdaptedModel random = attach(parameters, OPTIONS.withBasis(Basis.RANDOM, 1))) {
      Adapter adapter = random.toAdapter().build();
      for (FourierOptions other :
          new FourierOptions[] {OPTIONS, OPTIONS.withBasis(Basis.RANDOM, 2)}) {
        try (Parameters fresh = ENCODER.parameters(DataType.FLOAT, 4);
            AdaptedModel model = attach(fresh, other)) {
          assertThatThrownBy(() -> model.load(adapter))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageContaining("basis");
        }
      }
    }
  }

  @Test
  void peftRefusesOtherBases(@TempDir Path folder) {
    try (Parameters parameters = ENCODER.parameters(DataType.FLOAT, 4);
        AdaptedModel model = attach(parameters, OPTIONS.withBasis(Basis.ORTHOGONAL, 1))) {
      Adapter adapter = model.toAdapter().build();
      assertThatThrownBy(() -> PeftDirectory.write(folder.resolve("peft"), adapter))
          .hasMessageContaining("basis FOURIER")
          .hasMessageContaining("ORTHOGONAL");
    }
  }

  @ParameterizedTest
  @EnumSource(FormKind.class)
  void everyFormGivesTheSameOutputs(FormKind form) {
    Inputs inputs = ENCODER.inputs(new SplittableRandom(3), 5, 7);
    try (Parameters parameters = ENCODER.parameters(DataType.DOUBLE, 4);
        Parameters others = ENCODER.parameters(DataType.DOUBLE, 4);
        AdaptedModel chosen = attach(parameters, OPTIONS);
        AdaptedModel forced = attach(others, OPTIONS.withForm(form));
        DirectModel one = DirectModel.of(ENCODER, chosen.parameters());
        DirectModel two = DirectModel.of(ENCODER, forced.parameters())) {
      INDArray expected = one.forward(inputs).dup();
      assertThat(two.forward(inputs).equalsWithEps(expected, 1e-10)).isTrue();
    }
  }
}
