package io.fourierft.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A training on disk: position, values and optimiser moments, from which it goes on exactly as if
 * it had not stopped. Written whole or not at all; a digest at the end tells a damaged file.
 */
final class Checkpoint {
  private static final int MAGIC = 0x46465443; // FFTC
  private static final int VERSION = 1;

  private Checkpoint() {}

  static void write(Path path, Position position, AdamW optimiser) throws IOException {
    Path target = path.toAbsolutePath();
    Files.createDirectories(target.getParent());
    Path part = Files.createTempFile(target.getParent(), target.getFileName() + ".", ".part");
    try {
      MessageDigest digest = sha256();
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(part));
          DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, digest))) {
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeInt(position.epoch());
        out.writeInt(position.step());
        out.writeLong(optimiser.steps());
        out.writeInt(optimiser.states().size());
        for (AdamW.State state : optimiser.states()) {
          out.writeUTF(state.trainable().name());
          write(out, state.trainable().value());
          write(out, state.mean());
          write(out, state.square());
        }
        file.write(digest.digest());
      }
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void write(DataOutputStream out, INDArray array) throws IOException {
    out.writeLong(array.length());
    boolean wide = array.dataType() == DataType.DOUBLE;
    for (double value : array.reshape(-1).toDoubleVector()) {
      if (wide) {
        out.writeDouble(value);
      } else {
        out.writeFloat((float) value);
      }
    }
  }

  static Position read(Path path, AdamW optimiser) throws IOException {
    List<AdamW.State> states = optimiser.states();
    double[][] values = new double[3 * states.size()][];
    Position position;
    long steps;
    MessageDigest digest = sha256();
    try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
        DataInputStream in = new DataInputStream(new DigestInputStream(file, digest))) {
      require(path, in.readInt() == MAGIC, "the mark of a checkpoint", "another file");
      int version = in.readInt();
      require(path, version == VERSION, "version " + VERSION, "version " + version);
      position = new Position(in.readInt(), in.readInt());
      steps = in.readLong();
      int count = in.readInt();
      require(path, count == states.size(), states.size() + " trainables", count);
      for (int i = 0; i < count; i++) {
        Trainable trainable = states.get(i).trainable();
        String name = in.readUTF();
        require(path, name.equals(trainable.name()), trainable.name(), name);
        for (int part = 0; part < 3; part++) {
          values[3 * i + part] = read(path, in, trainable);
        }
      }
      byte[] expected = digest.digest();
      byte[] found = file.readNBytes(expected.length);
      require(path, Arrays.equals(expected, found), "a matching digest", "damage");
    } catch (EOFException e) {
      throw new IOException("checkpoint expected more bytes but found its end (" + path + ")", e);
    }
    for (int i = 0; i < states.size(); i++) {
      assign(states.get(i).trainable().value(), values[3 * i]);
      assign(states.get(i).mean(), values[3 * i + 1]);
      assign(states.get(i).square(), values[3 * i + 2]);
    }
    optimiser.resume(steps);
    return position;
  }

  private static double[] read(Path path, DataInputStream in, Trainable trainable)
      throws IOException {
    long length = in.readLong();
    long expected = trainable.value().length();
    require(path, length == expected, expected + " values of " + trainable.name(), length);
    boolean wide = trainable.value().dataType() == DataType.DOUBLE;
    double[] values = new double[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? in.readDouble() : in.readFloat();
    }
    return values;
  }

  private static void assign(INDArray target, double[] values) {
    try (INDArray source = Nd4j.createFromArray(values)) {
      target.assign(source.reshape(target.shape()));
    }
  }

  private static void require(Path path, boolean holds, String expected, Object found)
      throws IOException {
    if (!holds) {
      throw new IOException(
          "checkpoint expected " + expected + " but found " + found + " (" + path + ")");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
