package io.fourierft.hub.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A part of a file, to be sent. */
public final class FileSlice {
  private FileSlice() {}

  /**
   * Makes a part of a file the body of a request, as often as it is sent.
   *
   * @param file the file
   * @param from where the part begins
   * @param length how long it is
   * @param progress is told how many bytes of the part were taken to be sent
   * @return the body
   */
  public static BodyPublisher publisher(Path file, long from, long length, LongConsumer progress) {
    if (length == 0) {
      return BodyPublishers.noBody();
    }
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() -> open(file, from, length, progress)), length);
  }

  private static InputStream open(Path file, long from, long length, LongConsumer progress) {
    try {
      InputStream in = Files.newInputStream(file);
      in.skipNBytes(from);
      return new Bounded(in, length, progress);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next bytes of a stream, up to a number. */
  private static final class Bounded extends FilterInputStream {
    private final long length;
    private final LongConsumer progress;
    private long left;

    Bounded(InputStream in, long length, LongConsumer progress) {
      super(in);
      this.length = length;
      this.progress = progress;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int most) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(bytes, offset, (int) Math.min(most, left));
      left -= Math.max(count, 0);
      progress.accept(length - left);
      return count;
    }
  }
}
