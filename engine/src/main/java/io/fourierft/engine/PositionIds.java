package io.fourierft.engine;

/** Position of each token of a batch. */
final class PositionIds {
  private PositionIds() {}

  static int[] of(Inputs inputs, Positions positions) {
    int sequence = inputs.sequence();
    int[] result = new int[inputs.batch() * sequence];
    for (int start = 0; start < result.length; start += sequence) {
      int count = 0;
      for (int i = start; i < start + sequence; i++) {
        if (positions instanceof Positions.Sequential sequential) {
          result[i] = sequential.offset() + i - start;
        } else if (positions instanceof Positions.AfterPadding after) {
          boolean padding = inputs.tokenIds()[i] == after.padding();
          result[i] = padding ? after.padding() : after.padding() + ++count;
        } else {
          count += inputs.mask()[i];
          result[i] = Math.max(count - 1, 0);
        }
      }
    }
    return result;
  }
}
