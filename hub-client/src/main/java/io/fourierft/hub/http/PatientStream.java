package io.fourierft.hub.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A stream that is closed when one read takes too long. */
final class PatientStream extends FilterInputStream {
  private final ScheduledExecutorService clock;
  private final Duration patience;
  private volatile boolean expired;

  PatientStream(InputStream in, ScheduledExecutorService clock, Duration patience) {
    super(in);
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Future<?> alarm = clock.schedule(this::expire, patience.toMillis(), TimeUnit.MILLISECONDS);
    try {
      int count = in.read(bytes, offset, length);
      if (expired) {
        throw silence();
      }
      return count;
    } catch (IOException e) {
      if (expired) {
        HttpTimeoutException told = silence();
        told.addSuppressed(e);
        throw told;
      }
      throw e;
    } finally {
      alarm.cancel(false);
    }
  }

  private HttpTimeoutException silence() {
    return new HttpTimeoutException("silence for " + patience.toMillis() + " ms");
  }

  private void expire() {
    expired = true;
    try {
      in.close();
    } catch (IOException e) {
      // The reader is told of the silence, which is why the stream was closed.
      expired = true;
    }
  }
}
