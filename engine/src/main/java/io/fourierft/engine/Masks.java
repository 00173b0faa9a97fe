package io.fourierft.engine;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Additive attention masks of one batch: 0 where a token may be seen, a large negative elsewhere.
 */
final class Masks {
  /** Far below any score, far above the overflow of single precision. */
  static final float HIDDEN = -1e30f;

  private final Step step;
  private final Map<Boolean, INDArray> made = new HashMap<>();
  private final boolean padded;

  Masks(Step step) {
    this.step = step;
    this.padded = step.inputs.realTokens() < step.inputs.batch() * step.inputs.context();
  }

  /** Whether anything is hidden: a single new token sees all that came before it. */
  boolean needed(boolean causal) {
    return padded || (causal && step.inputs.sequence() > 1);
  }

  /** {@code [batch or 1, 1, sequence or 1, context]}, broadcast over heads. */
  INDArray additive(boolean causal) {
    return made.computeIfAbsent(causal, this::make);
  }

  /**
   * Sets to zero the attention of tokens that see no token at all, such as padding on the left, as
   * PyTorch's fused attention does. A softmax gives them the mean over what is hidden.
   *
   * @param weights {@code [batch, heads, sequence, context]}, after the softmax
   */
  void silence(boolean causal, INDArray weights) {
    if (!padded) {
      return;
    }
    int context = step.inputs.context();
    int rows = (int) weights.size(2);
    int past = context - step.inputs.sequence();
    for (int b = 0; b < step.inputs.batch(); b++) {
      int first = firstVisible(b * context, context);
      int blind = first == context ? rows : causal ? Math.min(Math.max(first - past, 0), rows) : 0;
      if (blind > 0) {
        weights
            .get(
                NDArrayIndex.point(b),
                NDArrayIndex.all(),
                NDArrayIndex.interval(0, blind),
                NDArrayIndex.all())
            .assign(0);
      }
    }
  }

  private int firstVisible(int start, int context) {
    int first = 0;
    while (first < context && step.inputs.mask()[start + first] == 0) {
      first++;
    }
    return first;
  }

  private INDArray make(boolean causal) {
    int context = step.inputs.context();
    int past = context - step.inputs.sequence();
    int batch = padded ? step.inputs.batch() : 1;
    int rows = causal ? step.inputs.sequence() : 1;
    int[] visible = step.inputs.mask();
    float[] mask = new float[Math.multiplyExact(Math.multiplyExact(batch, rows), context)];
    for (int b = 0; b < batch; b++) {
      for (int i = 0; i < rows; i++) {
        for (int j = 0; j < context; j++) {
          boolean hidden = (padded && visible[b * context + j] == 0) || (causal && j > past + i);
          mask[(b * rows + i) * context + j] = hidden ? HIDDEN : 0;
        }
      }
    }
    return step.constant(step.typed(Nd4j.createFromArray(mask), batch, 1, rows, context));
  }
}
