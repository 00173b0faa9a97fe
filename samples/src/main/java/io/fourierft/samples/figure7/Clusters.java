package io.fourierft.samples.figure7;

import io.fourierft.engine.Inputs;
import io.fourierft.train.Batch;
import java.util.SplittableRandom;

/**
 * Points in the plane around eight centres, Gaussian noise added; the centre is the class. The
 * clusters do not overlap: all points can be told right.
 *
 * @param x one coordinate of each point
 * @param y the other
 * @param labels class of each point
 */
public record Clusters(float[] x, float[] y, int[] labels) {
  /** Number of classes. */
  public static final int CLASSES = 8;

  private static final double[][] CENTRES = {
    {-4, -4}, {-4, 0}, {-4, 4}, {0, -4}, {0, 4}, {4, -4}, {4, 0}, {4, 4}
  };
  private static final double NOISE = 0.4; // five times this is half way to the next centre
  private static final int EACH = 25;

  /** Keeps copies. */
  public Clusters {
    x = x.clone();
    y = y.clone();
    labels = labels.clone();
  }

  @Override
  public float[] x() {
    return x.clone();
  }

  @Override
  public float[] y() {
    return y.clone();
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  /**
   * Draws 25 points of each class.
   *
   * @param seed of the noise
   * @return the points
   */
  public static Clusters draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int size = CLASSES * EACH;
    float[] x = new float[size];
    float[] y = new float[size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i / EACH;
      x[i] = (float) (CENTRES[labels[i]][0] + NOISE * random.nextGaussian());
      y[i] = (float) (CENTRES[labels[i]][1] + NOISE * random.nextGaussian());
    }
    return new Clusters(x, y, labels);
  }

  /**
   * All points as one batch: an image of one pixel and two channels each.
   *
   * @return the batch
   */
  Batch batch() {
    float[] pixels = new float[2 * labels.length]; // [points, 2, 1, 1]
    for (int i = 0; i < labels.length; i++) {
      pixels[2 * i] = x[i];
      pixels[2 * i + 1] = y[i];
    }
    return new Batch(Inputs.images(pixels, labels.length, 2, 1, 1), labels);
  }
}
