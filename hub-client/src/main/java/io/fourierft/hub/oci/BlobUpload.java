package io.fourierft.hub.oci;

import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.FileSlice;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends one blob that a repository lacks: in one piece, or in several, which go on where a
 * connection broke.
 */
final class BlobUpload {
  private static final int SESSIONS = 3;
  private static final int RESUMPTIONS = 5;
  private static final int MAX_PIECES = 100_000;
  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

  private final Registry registry;
  private final String name;
  private final OciDescriptor blob;
  private final Path source;
  private final long pieceSize;
  private final LongConsumer progress;

  BlobUpload(
      Registry registry,
      String name,
      OciDescriptor blob,
      Path source,
      long pieceSize,
      LongConsumer progress) {
    this.registry = registry;
    this.name = name;
    this.blob = blob;
    this.source = source;
    this.pieceSize = pieceSize;
    this.progress = progress;
  }

  /** The upload as the registry sees it. */
  private record Session(URI uri, long leastPiece) {}

  /**
   * Makes the repository hold the blob.
   *
   * @param other a repository of the same registry that may hold it already
   */
  void run(Optional<String> other) throws IOException {
    if (registry.hasBlob(name, blob)) {
      return;
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Session> session = begin(attempt == 1 ? other : Optional.empty());
        if (session.isPresent()) {
          send(session.get());
        }
        return;
      } catch (HubException.NotFound e) {
        // The session is gone: it ended, or the answer that the blob is whole was lost.
        if (registry.hasBlob(name, blob)) {
          return;
        }
        if (attempt == SESSIONS) {
          throw e;
        }
      } catch (Broken e) {
        if (attempt == SESSIONS) {
          throw e.fault;
        }
      }
    }
  }

  /** An upload that cannot be gone on with, but may be begun again. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient HubException fault;

    Broken(HubException fault) {
      super(fault);
      this.fault = fault;
    }
  }

  /** Begins an upload; there is none if the blob could be taken from another repository. */
  private Optional<Session> begin(Optional<String> other) throws IOException {
    String query = other.map(from -> "?mount=" + blob.digest() + "&from=" + from).orElse("");
    Call call = Call.empty("POST", registry.uri(name, "/blobs/uploads/" + query));
    try (Reply reply = registry.wire().send(call)) {
      if (reply.status() == 201 && other.isPresent()) {
        return registry.hasBlob(name, blob) ? Optional.empty() : begin(Optional.empty());
      }
      if (reply.status() == 202) {
        String least = reply.header("OCI-Chunk-Min-Length").orElse("0");
        long bytes = least.matches("[0-9]{1,12}") ? Long.parseLong(least) : 0;
        return Optional.of(new Session(location(reply), bytes));
      }
      if (other.isPresent()) {
        return begin(Optional.empty());
      }
      throw registry.wire().refusal(reply, "upload to " + name);
    }
  }

  /** Where the upload goes on: anywhere, but never with less encryption. */
  private URI location(Reply reply) throws HubException {
    String text = reply.header("Location").orElse("");
    String where = Wire.show(reply.uri());
    if (text.isEmpty()) {
      throw new HubException.Corrupt("upload to " + name, "a location", "none", where);
    }
    URI uri;
    try {
      uri = reply.uri().resolve(text);
    } catch (IllegalArgumentException e) {
      throw new HubException.Corrupt("upload to " + name, "an address", "something else", where);
    }
    boolean safe = "https".equals(uri.getScheme()) || registry.wire().allowsPlain(uri);
    if (!safe || uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw new HubException.Denied("upload to " + name, "an https location", "another", where);
    }
    return uri;
  }

  private void send(Session session) throws IOException {
    long piece = Math.max(pieceSize, session.leastPiece());
    if (blob.size() <= piece) {
      close(session.uri(), FileSlice.publisher(source, 0, blob.size(), progress));
      return;
    }
    if (blob.size() / piece >= MAX_PIECES) {
      throw new HubException.TooLarge(
          "upload to " + name, MAX_PIECES + " pieces at most", "more", source);
    }
    close(sendPieces(session.uri(), piece), BodyPublishers.noBody());
  }

  private URI sendPieces(URI start, long piece) throws IOException {
    URI uri = start;
    long sent = 0;
    int resumptions = 0;
    while (sent < blob.size()) {
      long length = Math.min(piece, blob.size() - sent);
      try (Reply reply = registry.wire().send(patch(uri, sent, length))) {
        if (reply.isGood()) {
          uri = location(reply);
          sent = received(reply).orElse(sent + length);
          continue;
        }
        if (reply.status() != 416 && reply.status() < 500) {
          throw registry.wire().refusal(reply, "upload to " + name);
        }
      } catch (HubException.Failed e) {
        if (!(e.getCause() instanceof IOException)) {
          throw e;
        }
      }
      if (++resumptions > RESUMPTIONS) {
        throw new Broken(broken("a piece at " + sent + " to be taken", "a failure each time"));
      }
      try (Reply status = registry.wire().require(Call.get(uri), "upload to " + name)) {
        sent = received(status).orElseThrow(() -> new Broken(broken("a range", "none")));
        uri = status.header("Location").isPresent() ? location(status) : uri;
      } catch (HubException.Failed e) {
        throw new Broken(e);
      }
    }
    return uri;
  }

  /** Sent once: after a fault the registry is asked how much of it arrived. */
  private Call patch(URI uri, long from, long length) {
    BodyPublisher body =
        FileSlice.publisher(source, from, length, sent -> progress.accept(from + sent));
    return new Call("PATCH", uri, Registry.octets(), body, false)
        .with("Content-Range", from + "-" + (from + length - 1));
  }

  /** How many bytes the registry has; one byte and none look the same, so none are assumed. */
  private Optional<Long> received(Reply reply) throws IOException {
    Matcher range = RANGE.matcher(reply.header("Range").orElse(""));
    if (!range.matches()) {
      return Optional.empty();
    }
    long last = Long.parseLong(range.group(1));
    if (last >= blob.size()) {
      throw new Broken(broken(blob.size() + " bytes", "more"));
    }
    return Optional.of(last == 0 ? 0 : last + 1);
  }

  private HubException broken(String expected, String found) {
    return new HubException.Failed(
        "upload to " + name, expected, found, Wire.show(registry.uri(name, "")));
  }

  private void close(URI location, BodyPublisher body) throws IOException {
    String query = location.getRawQuery() == null ? "?" : "&";
    URI uri = URI.create(location + query + "digest=" + blob.digest().replace(":", "%3A"));
    Call call = new Call("PUT", uri, Registry.octets(), body, true);
    try (Reply reply = registry.wire().require(call, "upload of " + source.getFileName())) {
      String stated = reply.header("Docker-Content-Digest").orElse(blob.digest());
      if (!stated.equals(blob.digest())) {
        throw new HubException.Corrupt(
            "upload to " + name, blob.digest(), stated, Wire.show(reply.uri()));
      }
    }
  }
}
