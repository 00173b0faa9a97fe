package io.fourierft.samples.digits;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads digits from files of MNIST and of UCI's Optical Recognition of Handwritten Digits. */
final class DigitFiles {
  private static final int IMAGES = 2051; // magic numbers of the IDX format
  private static final int LABELS = 2049;
  private static final int MOST = 100_000;

  private DigitFiles() {}

  /** MNIST's pictures and labels, two gzipped IDX files. */
  static Digits mnist(Path images, Path labels, int most) throws IOException {
    try (DataInputStream pictures = open(images);
        DataInputStream numbers = open(labels)) {
      require(images, "magic number", IMAGES, pictures.readInt());
      require(labels, "magic number", LABELS, numbers.readInt());
      int count = Math.min(most, Math.min(pictures.readInt(), numbers.readInt()));
      if (count < 1 || count > MOST) {
        throw new IOException("digits expected 1 to " + MOST + " but found " + count);
      }
      require(images, "rows", Digits.SIDE, pictures.readInt());
      require(images, "columns", Digits.SIDE, pictures.readInt());
      Digits.Builder digits = new Digits.Builder(count);
      byte[] bytes = new byte[Digits.SIDE * Digits.SIDE];
      for (int i = 0; i < count; i++) {
        pictures.readFully(bytes);
        float[] image = new float[bytes.length];
        for (int at = 0; at < image.length; at++) {
          image[at] = (bytes[at] & 255) / 255f;
        }
        digits.add(image, digit(labels, numbers.readUnsignedByte()));
      }
      return digits.build();
    }
  }

  private static DataInputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    return new DataInputStream(new GZIPInputStream(raw, 1 << 16));
  }

  private static void require(Path file, String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          what + " expected " + expected + " but found " + found + " (" + file + ")");
    }
  }

  private static int digit(Path file, int value) throws IOException {
    if (value < 0 || value >= Digits.CLASSES) {
      throw new IOException("digit expected 0 to 9 but found " + value + " (" + file + ")");
    }
    return value;
  }

  /** UCI's digits: 64 grey values from 0 to 16 and the digit on each line; enlarged. */
  static Digits opt(Path file, int most) throws IOException {
    List<String> lines;
    try (Stream<String> all = Files.lines(file)) {
      lines = new ArrayList<>(all.limit(MOST).toList());
    }
    // The file may go digit by digit.
    Collections.shuffle(lines, new Random(1));
    lines = lines.subList(0, Math.min(most, lines.size()));
    Digits.Builder digits = new Digits.Builder(lines.size());
    for (String line : lines) {
      String[] fields = line.trim().split("[\\s,]+");
      require(file, "fields", 65, fields.length);
      float[] small = new float[64];
      for (int at = 0; at < 64; at++) {
        small[at] = Integer.parseInt(fields[at]) / 16f;
      }
      digits.add(enlarged(small), digit(file, Integer.parseInt(fields[64])));
    }
    return digits.build();
  }

  /** 8 by 8 to 20 by 20, bilinear, in the middle of 28 by 28, as MNIST's digits stand. */
  private static float[] enlarged(float[] small) {
    float[] image = new float[Digits.SIDE * Digits.SIDE];
    int margin = 4;
    int size = Digits.SIDE - 2 * margin;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        image[(y + margin) * Digits.SIDE + x + margin] =
            at(small, y * 7f / (size - 1), x * 7f / (size - 1));
      }
    }
    return image;
  }

  private static float at(float[] small, float y, float x) {
    int top = Math.min(6, (int) y);
    int left = Math.min(6, (int) x);
    float down = y - top;
    float right = x - left;
    float above = small[top * 8 + left] * (1 - right) + small[top * 8 + left + 1] * right;
    float below =
        small[(top + 1) * 8 + left] * (1 - right) + small[(top + 1) * 8 + left + 1] * right;
    return above * (1 - down) + below * down;
  }
}
