package io.fourierft.hub.huggingface;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Brings one file, going on where a connection broke, and lets only the right bytes through. */
final class Downloader {
  private static final int BUFFER = 1 << 16;
  private static final int CUTS = 5;

  private final Wire wire;
  private final URI uri;
  private final String commit;
  private final Entry entry;
  private final Path target;
  private ContentDigest digest;
  private long written;

  private Downloader(Wire wire, URI uri, String commit, Entry entry, Path target) {
    this.wire = wire;
    this.uri = uri;
    this.commit = commit;
    this.entry = entry;
    this.target = target;
    this.digest = entry.digest();
  }

  /** Writes a new file with exactly the bytes that the entry promises, or fails. */
  static void download(Wire wire, URI uri, String commit, Entry entry, Path target)
      throws IOException {
    new Downloader(wire, uri, commit, entry, target).run();
  }

  private void run() throws IOException {
    try (OutputStream out =
        Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.flush();
    }
    for (int cut = 0; written < entry.size() || cut == 0; cut++) {
      if (cut > CUTS) {
        throw corrupt(entry.size() + " bytes", "cuts after " + written + " bytes");
      }
      attempt();
    }
    String found = digest.hex();
    if (!found.equals(entry.etag())) {
      throw corrupt("digest " + entry.etag(), "digest " + found);
    }
  }

  private void attempt() throws IOException {
    Call call = Call.get(uri);
    Reply reply = wire.send(written == 0 ? call : call.with("Range", "bytes=" + written + "-"));
    try (reply) {
      if (reply.status() == 416) {
        restart();
        return;
      }
      if (!reply.isGood()) {
        throw wire.refusal(reply, "file " + entry.path());
      }
      requireCommit(reply);
      if (!goesOn(reply)) {
        restart();
      }
      copy(reply.body());
    }
  }

  private void requireCommit(Reply reply) throws HubException {
    String found = reply.first().firstValue("X-Repo-Commit").orElse(commit);
    if (!found.equals(commit)) {
      throw new HubException.Corrupt(
          "file " + entry.path(), "commit " + commit, found, Wire.show(uri));
    }
  }

  private boolean goesOn(Reply reply) {
    String range = reply.header("Content-Range").orElse("");
    return reply.status() == 206 && range.startsWith("bytes " + written + "-");
  }

  private void restart() {
    written = 0;
    digest = entry.digest();
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
        if (count > entry.size() - written) {
          throw corrupt(entry.size() + " bytes", "more");
        }
        out.write(buffer, 0, count);
        digest.update(buffer, count);
        written += count;
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
    return new HubException.Corrupt("file " + entry.path(), expected, found, Wire.show(uri));
  }
}
