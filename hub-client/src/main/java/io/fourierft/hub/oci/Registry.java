package io.fourierft.hub.oci;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Call;
import io.fourierft.hub.http.Json;
import io.fourierft.hub.http.Reply;
import io.fourierft.hub.http.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The questions of the distribution protocol, one request each, or one for each page. */
final class Registry {
  /** Registries take manifests of four megabytes at least; none of ours comes near. */
  static final int MAX_MANIFEST = 4 << 20;

  private static final int MAX_PAGES = 1000;
  private static final int MAX_LISTED = 100_000;
  private static final int PAGE = 500;
  private static final String CONTENT_DIGEST = "Docker-Content-Digest";

  private final Wire wire;
  private final String endpoint;

  Registry(Wire wire, URI endpoint) {
    this.wire = wire;
    this.endpoint = endpoint.toString();
  }

  Wire wire() {
    return wire;
  }

  URI uri(String name, String path) {
    return URI.create(endpoint + "/v2/" + name + path);
  }

  /**
   * A manifest as it lies there.
   *
   * @param digest the digest of its bytes, checked
   * @param mediaType its type, the same in the header and in the manifest
   * @param bytes its bytes
   */
  record Raw(String digest, String mediaType, byte[] bytes) {}

  /** Reads a manifest by tag or digest, and makes sure that its bytes have that digest. */
  Raw manifest(String name, String reference, String accept) throws IOException {
    String what = "manifest " + reference + " of " + name;
    URI uri = uri(name, "/manifests/" + reference);
    try (Reply reply = wire.require(Call.get(uri).with("Accept", accept), what)) {
      byte[] bytes = reply.body().readNBytes(MAX_MANIFEST + 1);
      if (bytes.length > MAX_MANIFEST) {
        throw new HubException.TooLarge(
            what, MAX_MANIFEST + " bytes at most", "more", Wire.show(uri));
      }
      String digest = Artifact.digest(bytes);
      String stated = reply.header(CONTENT_DIGEST).orElse(digest);
      String wanted = OciDescriptor.isDigest(reference) ? reference : digest;
      if (!digest.equals(wanted)) {
        throw new HubException.Corrupt(what, wanted, digest, Wire.show(uri));
      }
      if (stated.startsWith(OciDescriptor.PREFIX) && !stated.equals(digest)) {
        throw new HubException.Corrupt(what, "digest " + stated, digest, Wire.show(uri));
      }
      return new Raw(digest, mediaType(reply, bytes, what, accept), bytes);
    }
  }

  /** The type of a manifest, which it and its header must agree about. */
  private static String mediaType(Reply reply, byte[] bytes, String what, String accept)
      throws IOException {
    String where = Wire.show(reply.uri());
    String header = reply.header("Content-Type").orElse("").replaceFirst("\\s*;.*", "").strip();
    String own = Json.parse(bytes, what, where).path("mediaType").asText(header);
    if (!header.equals(own)) {
      throw new HubException.Corrupt(what, "type " + own, "\"" + header + "\"", where);
    }
    if (!own.equals(accept)) {
      throw new HubException.Unsupported(what, "type " + accept, "\"" + own + "\"", where);
    }
    return own;
  }

  /** The digest that a tag stands for, without reading the manifest where the registry tells it. */
  Optional<String> digest(String name, String reference, String accept) throws IOException {
    String what = "manifest " + reference + " of " + name;
    URI uri = uri(name, "/manifests/" + reference);
    Call call = Call.empty("HEAD", uri).with("Accept", accept);
    try (Reply reply = wire.send(call)) {
      if (reply.status() == 404) {
        return Optional.empty();
      }
      if (!reply.isGood()) {
        throw wire.refusal(reply, what);
      }
      Optional<String> stated = reply.header(CONTENT_DIGEST).filter(OciDescriptor::isDigest);
      return stated.isPresent() ? stated : Optional.of(manifest(name, reference, accept).digest());
    }
  }

  /**
   * Writes a manifest under a tag or its own digest.
   *
   * @return whether the registry says that it has noted the subject
   */
  boolean put(String name, String reference, String mediaType, byte[] bytes) throws IOException {
    String what = "manifest " + reference + " of " + name;
    Call call =
        Call.put(uri(name, "/manifests/" + reference), BodyPublishers.ofByteArray(bytes))
            .with("Content-Type", mediaType);
    try (Reply reply = wire.require(call, what)) {
      String digest = Artifact.digest(bytes);
      String stated = reply.header(CONTENT_DIGEST).orElse(digest);
      if (!stated.equals(digest)) {
        throw new HubException.Corrupt(what, digest, stated, Wire.show(reply.uri()));
      }
      return reply.header("OCI-Subject").isPresent();
    }
  }

  /** Deletes what a tag or digest stands for; tells whether it was there. */
  boolean delete(String name, String reference) throws IOException {
    URI uri = uri(name, "/manifests/" + reference);
    try (Reply reply = wire.send(Call.empty("DELETE", uri))) {
      if (reply.isGood()) {
        return true;
      }
      if (reply.status() == 404) {
        return false;
      }
      HubException refusal = wire.refusal(reply, "deleting " + reference + " of " + name);
      if (reply.status() == 400 && !OciDescriptor.isDigest(reference)) {
        // What registries say that know deletion by digest only.
        HubException told =
            new HubException.Unsupported(
                "registry", "to delete tags", "one that does not", Wire.show(uri));
        told.initCause(refusal);
        throw told;
      }
      throw refusal;
    }
  }

  boolean hasBlob(String name, OciDescriptor blob) throws IOException {
    URI uri = uri(name, "/blobs/" + blob.digest());
    try (Reply reply = wire.send(Call.empty("HEAD", uri))) {
      if (reply.status() == 404) {
        return false;
      }
      if (!reply.isGood()) {
        throw wire.refusal(reply, "blob " + blob.digest() + " of " + name);
      }
      String length = reply.header("Content-Length").orElse("" + blob.size());
      if (!length.equals("" + blob.size())) {
        throw new HubException.Corrupt(
            "size of blob " + blob.digest(), "" + blob.size(), length, Wire.show(uri));
      }
      return true;
    }
  }

  List<String> tags(String name) throws IOException {
    URI first = uri(name, "/tags/list?n=" + PAGE);
    return names(first, "tags", "tags of " + name);
  }

  /** The names of repositories, which only some registries tell. */
  List<String> catalog() throws IOException {
    return names(URI.create(endpoint + "/v2/_catalog?n=" + PAGE), "repositories", "catalogue");
  }

  private List<String> names(URI first, String field, String what) throws IOException {
    List<String> names = new ArrayList<>();
    pages(
        Call.get(first),
        what,
        page -> page.path(field).forEach(item -> names.add(item.asText(""))),
        names::size);
    return names;
  }

  /** The counting of what pages brought so far. */
  private interface Count {
    int size();
  }

  private void pages(Call first, String what, Consumer<JsonNode> page, Count count)
      throws IOException {
    Optional<URI> next = Optional.of(first.uri());
    for (int pages = 0; next.isPresent(); pages++) {
      if (pages == MAX_PAGES || count.size() > MAX_LISTED) {
        throw new HubException.TooLarge(
            what, MAX_LISTED + " at most", "more", Wire.show(first.uri()));
      }
      Call call =
          new Call(first.method(), next.get(), first.headers(), first.body(), first.repeatable());
      try (Reply reply = wire.require(call, what)) {
        page.accept(Json.read(reply, what));
        next = wire.next(reply);
      }
    }
  }

  /** The manifests that name another as their subject, by the registry itself. */
  List<JsonNode> referrers(String name, String digest) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    Call call = Call.get(uri(name, "/referrers/" + digest)).with("Accept", Artifact.INDEX);
    pages(
        call,
        "referrers of " + digest,
        page -> page.path("manifests").forEach(found::add),
        found::size);
    return found;
  }

  /** Headers of a request with bytes. */
  static Map<String, String> octets() {
    return Map.of("Content-Type", "application/octet-stream");
  }
}
