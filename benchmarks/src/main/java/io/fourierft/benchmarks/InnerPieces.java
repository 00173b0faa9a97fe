package io.fourierft.benchmarks;

import io.fourierft.delta.DeltaForm;
import io.fourierft.delta.DeltaForms;
import io.fourierft.engine.Arena;
import io.fourierft.engine.Gemm;
import io.fourierft.spectral.Entries;
import io.fourierft.spectral.EntryRule;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One adapted layer's pieces under JMH: its product, the weight change, and both gradients. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class InnerPieces {
  private static final int N = 1000;
  private static final int TOKENS = 512;

  /** Size of the square layer. */
  @Param({"384", "768"})
  public int size;

  private Arena arena;
  private DeltaForm form;
  private INDArray coefficients;
  private INDArray gradient;
  private INDArray weight;
  private INDArray x;
  private INDArray y;

  /** Makes the layer. */
  @Setup(Level.Trial)
  public void open() {
    Entries entries = Entries.of(EntryRule.seeded(777), size, size, N);
    arena = Arena.of(DataType.FLOAT);
    form = DeltaForms.choose(entries, DataType.FLOAT);
    coefficients = Nd4j.randn(DataType.FLOAT, N);
    gradient = Nd4j.zeros(DataType.FLOAT, N);
    weight = Nd4j.randn(DataType.FLOAT, size, size);
    x = Nd4j.randn(DataType.FLOAT, TOKENS, size);
    y = Nd4j.randn(DataType.FLOAT, TOKENS, size);
  }

  /** Frees it. */
  @TearDown(Level.Trial)
  public void close() {
    form.close();
    arena.close();
    weight.close();
    x.close();
    y.close();
  }

  /** {@code y = x W^T}, to compare with. */
  @Benchmark
  public void product() {
    Gemm.multiply(x, false, weight, true, y);
  }

  /** The weight change. */
  @Benchmark
  public void delta() {
    form.materialise(coefficients, 1e-3, weight);
  }

  /** Its coefficients' gradient, from that of the matrix. */
  @Benchmark
  public void gradientOfTheMatrix() {
    form.addGradient(weight, 1e-3, gradient);
  }

  /** The same from a layer's input and output gradient. */
  @Benchmark
  public void gradientOfAUse() {
    form.addGradient(x, y, 1e-3, arena, gradient);
  }
}
