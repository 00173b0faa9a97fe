package io.fourierft.samples.digits;

import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Pictures of digits, white on black, 28 by 28, and which digits they are.
 *
 * @param images grey values from 0 to 1, {@code [examples, 784]}
 * @param labels one-hot, {@code [examples, 10]}
 */
record Digits(INDArray images, INDArray labels) {
  static final int SIDE = 28;
  static final int CLASSES = 10;

  /** Number of pictures. */
  int count() {
    return (int) images.size(0);
  }

  /** A range of them. */
  Digits range(int from, int to) {
    return new Digits(
        images.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()),
        labels.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()));
  }

  /** Batches of them, as DL4J's training takes them. */
  DataSetIterator batches(int size) {
    return new ListDataSetIterator<>(new DataSet(images, labels).asList(), size);
  }

  /** Collects pictures. */
  static final class Builder {
    private final float[][] images;
    private final float[][] labels;
    private int count;

    Builder(int most) {
      images = new float[most][];
      labels = new float[most][CLASSES];
    }

    void add(float[] image, int digit) {
      images[count] = image;
      labels[count][digit] = 1;
      count++;
    }

    Digits build() {
      return new Digits(
          Nd4j.createFromArray(images).castTo(DataType.FLOAT),
          Nd4j.createFromArray(labels).castTo(DataType.FLOAT));
    }
  }
}
