package io.fourierft.hub.huggingface;

import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file to publish, looked at once.
 *
 * @param path its path in the repository
 * @param source where it lies
 * @param size its length in bytes
 * @param sha256 its SHA-256
 * @param git what git calls it
 * @param sample its first bytes
 */
record LocalFile(String path, Path source, long size, String sha256, String git, byte[] sample) {
  private static final int SAMPLE = 512;
  private static final int BUFFER = 1 << 16;

  static LocalFile of(String path, Path source) throws IOException {
    long size = Files.size(source);
    ContentDigest sha256 = ContentDigest.sha256();
    ContentDigest git = ContentDigest.gitBlob(size);
    byte[] sample = new byte[0];
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(source)) {
      for (int n = in.readNBytes(buffer, 0, BUFFER); n > 0; ) {
        if (sample.length == 0) {
          sample = Arrays.copyOf(buffer, Math.min(n, SAMPLE));
        }
        sha256.update(buffer, n);
        git.update(buffer, n);
        n = in.readNBytes(buffer, 0, BUFFER);
      }
    }
    return new LocalFile(path, source, size, sha256.hex(), git.hex(), sample);
  }

  /** Tells whether a file of the hub has the same bytes. */
  boolean isSame(Entry entry) {
    return entry.size() == size && entry.etag().equals(entry.isLarge() ? sha256 : git);
  }

  Entry asLarge() {
    return new Entry(path, size, sha256);
  }
}
