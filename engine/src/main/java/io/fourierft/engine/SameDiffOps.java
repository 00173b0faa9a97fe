package io.fourierft.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Emits each operation into a SameDiff graph of stock ops. Batch and sequence length stay open:
 * shapes come from the input at run time.
 *
 * <p>Compositions stand where the library's own op is wrong or has no epsilon (GELU, layer norm) or
 * where it costs the gradient of a frozen operand.
 */
final class SameDiffOps implements Ops<SDVariable> {
  private final SameDiff graph;
  private final Parameters parameters;
  private final DataType type;
  private final GraphInputs inputs;
  private final Map<Rotary, SDVariable[]> rotations = new HashMap<>();

  SameDiffOps(SameDiff graph, Parameters parameters) {
    this.graph = graph;
    this.parameters = parameters;
    this.type = parameters.type();
    this.inputs = new GraphInputs(graph, type);
  }

  private SDVariable parameter(String name) {
    return graph.hasVariable(name)
        ? graph.getVariable(name)
        : graph.constant(name, parameters.value(name));
  }

  @Override
  public SDVariable tokenEmbedding(String module) {
    return rows(module, inputs.ids());
  }

  @Override
  public SDVariable tokenTypeEmbedding(String module) {
    return rows(module, inputs.tokenTypes());
  }

  @Override
  public SDVariable positionEmbedding(String module, Positions positions) {
    return rows(module, inputs.positions(positions).castTo(DataType.INT32));
  }

  private SDVariable rows(String module, SDVariable indices) {
    return graph.gather(parameter(module + ".weight"), graph.reshape(indices, -1), 0);
  }

  @Override
  public SDVariable patchEmbedding(Patches patches) {
    int down = patches.down();
    int across = patches.across();
    int high = patches.patchHeight();
    int wide = patches.patchWidth();
    SDVariable pixels = inputs.pixels(patches); // [batch, channels, height, width]
    if (down * high < patches.height() || across * wide < patches.width()) {
      SDIndex all = SDIndex.all();
      pixels =
          pixels.get(
              all, all, SDIndex.interval(0, down * high), SDIndex.interval(0, across * wide));
    }
    SDVariable grid = graph.reshape(pixels, -1, patches.channels(), down, high, across, wide);
    SDVariable rows = graph.reshape(grid.permute(0, 2, 4, 1, 3, 5), -1, patches.cells());
    SDVariable weight = graph.reshape(parameter(patches.module() + ".weight"), -1, patches.cells());
    return graph
        .mmul(rows, weight, false, true, false)
        .add(parameter(patches.module() + ".bias")); // [batch * patches, width]
  }

  @Override
  public SDVariable prependToken(SDVariable x, String row) {
    SDVariable sequence = inputs.bySequence(x, -1); // [batch, sequence, width]
    SDVariable token = graph.reshape(parameter(row), 1, 1, -1);
    SDVariable first = sequence.get(SDIndex.all(), SDIndex.interval(0, 1), SDIndex.all());
    SDVariable longer = graph.concat(1, first.mul(0).add(token), sequence);
    inputs.lengthen();
    return graph.reshape(longer, -1, (int) parameters.value(row).length());
  }

  @Override
  public SDVariable addTable(SDVariable x, String table) {
    SDVariable sum = inputs.bySequence(x, -1).add(parameter(table)); // [batch, sequence, width]
    return graph.reshape(sum, x.shape());
  }

  @Override
  public SDVariable linear(SDVariable x, Linear linear) {
    boolean transpose = linear.layout() == Linear.Layout.OUT_IN;
    SDVariable y =
        graph.mmul(x, parameter(linear.weight()), false, transpose, false); // [rows, out]
    return linear.bias() ? y.add(parameter(linear.biasName())) : y;
  }

  @Override
  public SDVariable layerNorm(SDVariable x, String module, double eps) {
    SDVariable centred = x.sub(x.mean(true, 1)); // [rows, width]
    SDVariable variance = centred.mul(centred).mean(true, 1); // [rows, 1]
    SDVariable normal = centred.mul(graph.math().rsqrt(variance.add(eps)));
    return normal.mul(parameter(module + ".weight")).add(parameter(module + ".bias"));
  }

  @Override
  public SDVariable rmsNorm(SDVariable x, String module, double eps) {
    SDVariable square = x.mul(x).mean(true, 1); // [rows, 1]
    return x.mul(graph.math().rsqrt(square.add(eps))).mul(parameter(module + ".weight"));
  }

  @Override
  public SDVariable add(SDVariable a, SDVariable b) {
    return a.add(b);
  }

  @Override
  public SDVariable multiply(SDVariable a, SDVariable b) {
    return a.mul(b);
  }

  @Override
  public SDVariable columns(SDVariable x, int from, int to) {
    return x.get(SDIndex.all(), SDIndex.interval(from, to));
  }

  @Override
  public SDVariable activation(SDVariable x, Activation activation) {
    return GraphActivations.apply(graph, x, activation);
  }

  @Override
  public SDVariable rotary(SDVariable x, Rotary rotary) {
    SDVariable[] rotation = rotations.computeIfAbsent(rotary, this::rotation);
    int half = rotary.headSize() / 2;
    SDVariable heads = inputs.bySequence(x, -1, rotary.headSize()); // [b, t, heads, headSize]
    SDIndex all = SDIndex.all();
    SDVariable a = heads.get(all, all, all, SDIndex.interval(0, half));
    SDVariable b = heads.get(all, all, all, SDIndex.interval(half, 2 * half));
    SDVariable first = a.mul(rotation[0]).sub(b.mul(rotation[1]));
    SDVariable second = b.mul(rotation[0]).add(a.mul(rotation[1]));
    return graph.reshape(graph.concat(3, first, second), x.shape());
  }

  /** Cosine and sine of each token's angles, {@code [batch, sequence, 1, headSize / 2]}. */
  private SDVariable[] rotation(Rotary rotary) {
    SDVariable frequencies =
        graph.constant(
            Nd4j.createFromArray(rotary.inverseFrequencies()).castTo(type).reshape(1, 1, 1, -1));
    SDVariable position = inputs.positions(rotary.positions());
    frequencies = grown(frequencies, position, rotary);
    SDVariable angle = graph.expandDims(graph.expandDims(position, 2), 3).mul(frequencies);
    return new SDVariable[] {
      graph.math().cos(angle).mul(rotary.attentionFactor()),
      graph.math().sin(angle).mul(rotary.attentionFactor())
    };
  }

  /** Frequencies of a sequence beyond those of pretraining, see {@link Rotary.Range}. */
  private SDVariable grown(SDVariable frequencies, SDVariable position, Rotary rotary) {
    Rotary.Range range = rotary.range();
    if (range.growth() == 0) {
      return frequencies;
    }
    double[] exponents = new double[rotary.headSize() / 2];
    Arrays.setAll(exponents, rotary::exponent);
    SDVariable powers =
        graph.constant(Nd4j.createFromArray(exponents).castTo(type).reshape(1, 1, 1, -1));
    SDVariable longest = graph.reshape(position.max(), 1, 1, 1, 1).add(1);
    SDVariable growth =
        graph.nn().relu(longest.div(range.trained()).sub(1).mul(range.growth()), 0).add(1);
    return frequencies.mul(graph.math().exp(graph.math().log(growth).mul(powers)));
  }

  @Override
  public SDVariable attention(
      SDVariable query, SDVariable key, SDVariable value, Attention attention) {
    int groups = attention.keyValueHeads();
    int size = attention.headSize();
    SDVariable q = heads(query, attention.heads(), size); // [b, h, t, d]
    SDVariable k = repeat(heads(key, groups, size), groups, attention.heads() / groups);
    SDVariable v = repeat(heads(value, groups, size), groups, attention.heads() / groups);
    SDVariable scores = graph.mmul(q, k, false, true, false).mul(attention.scale()); // [b, h, t, t]
    scores = scores.add(inputs.additiveMask(attention.causal()));
    if (type == DataType.DOUBLE) {
      scores = scores.sub(scores.max(true, 3)); // see StockPasses.softmax
    }
    SDVariable weights = graph.nn().softmax(scores, -1);
    SDVariable seen = graph.mmul(weights, v).mul(inputs.sighted(attention.causal()));
    SDVariable out = seen.permute(0, 2, 1, 3); // [b, t, h, d]
    return graph.reshape(out, -1, attention.heads() * size);
  }

  private SDVariable heads(SDVariable x, int heads, int size) {
    return inputs.byBatch(x, -1, heads, size).permute(0, 2, 1, 3);
  }

  /** Each key-value head {@code times} in a row, along axis 1. */
  private SDVariable repeat(SDVariable x, int heads, int times) {
    if (times == 1) {
      return x;
    }
    SDVariable[] slices = graph.unstack(x, 1, heads);
    SDVariable[] repeated = new SDVariable[heads * times];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = slices[i / times];
    }
    return graph.stack(1, repeated);
  }

  @Override
  public SDVariable pool(SDVariable x, Pooling pooling) {
    SDVariable weights = graph.expandDims(inputs.poolingWeights(pooling), 1); // [b, 1, t]
    SDVariable rows = graph.mmul(weights, inputs.bySequence(x, -1)); // [b, 1, width]
    return graph.squeeze(rows, 1);
  }
}
