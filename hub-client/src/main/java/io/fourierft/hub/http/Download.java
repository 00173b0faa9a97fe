package io.fourierft.hub.http;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Brings one file, going on where a connection broke, and lets only the right bytes through. */
public final class Download {
  private static final int BUFFER = 1 << 16;
  private static final int CUTS = 5;

  private final Wire wire;
  private final Call call;
  private final Wanted wanted;
  private final Check check;
  private final Path target;
  private ContentDigest digest;
  private long written;

  private Download(Wire wire, Call call, Wanted wanted, Check check, Path target) {
    this.wire = wire;
    this.call = call;
    this.wanted = wanted;
    this.check = check;
    this.target = target;
    this.digest = wanted.hash().get();
  }

  /**
   * What must arrive.
   *
   * @param what what it is, for messages
   * @param size its length in bytes
   * @param hash begins the hash of its bytes
   * @param digest what its bytes hash to
   * @param progress is told how many bytes have arrived
   */
  public record Wanted(
      String what, long size, Supplier<ContentDigest> hash, String digest, LongConsumer progress) {
    /**
     * What must arrive, with nobody who wants to know how far it has come.
     *
     * @param what what it is, for messages
     * @param size its length in bytes
     * @param hash begins the hash of its bytes
     * @param digest what its bytes hash to
     */
    public Wanted(String what, long size, Supplier<ContentDigest> hash, String digest) {
      this(what, size, hash, digest, bytes -> {});
    }

    /**
     * Has somebody told how many bytes have arrived.
     *
     * @param listener who
     * @return the same file with the listener
     */
    public Wanted tell(LongConsumer listener) {
      return new Wanted(what, size, hash, digest, listener);
    }
  }

  /** Looks at a reply before its body is taken. */
  public interface Check {
    /**
     * Refuses a reply.
     *
     * @param reply the reply
     * @throws IOException if it cannot be the right one
     */
    void accept(Reply reply) throws IOException;
  }

  /**
   * Writes a new file with exactly the wanted bytes, or fails; the file may then hold some.
   *
   * @param wire how to ask
   * @param call what to ask
   * @param wanted what must arrive
   * @param check looks at each reply
   * @param target the file
   * @throws HubException.Corrupt if other bytes arrive
   * @throws IOException if they cannot be brought or written
   */
  public static void to(Wire wire, Call call, Wanted wanted, Check check, Path target)
      throws IOException {
    new Download(wire, call, wanted, check, target).run();
  }

  private void run() throws IOException {
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.flush();
    }
    for (int cut = 0; written < wanted.size() || cut == 0; cut++) {
      if (cut > CUTS) {
        throw corrupt(wanted.size() + " bytes", "cuts after " + written + " bytes");
      }
      attempt();
    }
    String found = digest.hex();
    if (!found.equals(wanted.digest())) {
      throw corrupt("digest " + wanted.digest(), "digest " + found);
    }
  }

  private void attempt() throws IOException {
    Reply reply = wire.send(written == 0 ? call : call.with("Range", "bytes=" + written + "-"));
    try (reply) {
      if (reply.status() == 416) {
        restart();
        return;
      }
      if (!reply.isGood()) {
        throw wire.refusal(reply, wanted.what());
      }
      check.accept(reply);
      if (!goesOn(reply)) {
        restart();
      }
      copy(reply.body());
    }
  }

  private boolean goesOn(Reply reply) {
    String range = reply.header("Content-Range").orElse("");
    return reply.status() == 206 && range.startsWith("bytes " + written + "-");
  }

  private void restart() {
    written = 0;
    digest = wanted.hash().get();
  }

  private void copy(InputStream in) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = open()) {
      while (true) {
        int count;
        try {
          count = in.read(buffer);
        } catch (IOException e) {
          // The next attempt goes on from here.
          return;
        }
        if (count < 0) {
          return;
        }
        if (count > wanted.size() - written) {
          throw corrupt(wanted.size() + " bytes", "more");
        }
        out.write(buffer, 0, count);
        digest.update(buffer, count);
        written += count;
        wanted.progress().accept(written);
      }
    }
  }

  private OutputStream open() throws IOException {
    return written == 0
        ? Files.newOutputStream(
            target, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
        : Files.newOutputStream(target, StandardOpenOption.APPEND);
  }

  private HubException corrupt(String expected, String found) {
    return new HubException.Corrupt(wanted.what(), expected, found, Wire.show(call.uri()));
  }
}
