package io.fourierft.hub.huggingface;

import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * A file of a commit.
 *
 * @param path its path, safe on every system
 * @param size its length in bytes
 * @param etag what its bytes hash to: a SHA-256 (64 digits) if it is in large file storage, else
 *     the SHA-1 that git gives a blob (40 digits)
 */
record Entry(String path, long size, String etag) {
  static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

  /** Takes what a server says, or refuses it. */
  static Entry of(String path, long size, String etag, Object where) throws HubException {
    try {
      HubFile.requirePath(path);
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Corrupt("file list", "safe file names", e.getMessage(), where);
      told.initCause(e);
      throw told;
    }
    if (size < 0) {
      throw new HubException.Corrupt("size of " + path, "0 or more", "" + size, where);
    }
    if (!DIGEST.matcher(etag).matches()) {
      throw new HubException.Corrupt("digest of " + path, "40 or 64 hex digits", etag, where);
    }
    return new Entry(path, size, etag);
  }

  boolean isLarge() {
    return etag.length() == 64;
  }

  ContentDigest digest() {
    return isLarge() ? ContentDigest.sha256() : ContentDigest.gitBlob(size);
  }

  /** Tells whether a file has the bytes that this entry promises. */
  boolean matches(Path file) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == size
        && digest().add(file).hex().equals(etag);
  }
}
