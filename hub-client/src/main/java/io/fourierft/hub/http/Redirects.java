package io.fourierft.hub.http;

import io.fourierft.hub.HubException;
import java.net.URI;
import java.util.Set;

/** Which redirects are followed. */
final class Redirects {
  private static final Set<Integer> ALL = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> KEEPING = Set.of(307, 308);

  private Redirects() {}

  static boolean isOne(int status) {
    return ALL.contains(status);
  }

  /** Tells whether a status asks for the same request again, whatever its method. */
  static boolean keepMethod(int status) {
    return KEEPING.contains(status);
  }

  /** Where a redirect leads, if that is a place to go to. */
  static URI next(URI from, String location) throws HubException {
    URI to;
    try {
      to = from.resolve(location);
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Failed("redirect", "an address", "something else", Wire.show(from));
      told.initCause(e);
      throw told;
    }
    boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
    if (!web || to.getHost() == null || to.getRawUserInfo() != null) {
      throw new HubException.Denied("redirect", "a web address", Wire.show(to), Wire.show(from));
    }
    if (from.getScheme().equals("https") && to.getScheme().equals("http")) {
      throw new HubException.Denied("redirect", "https", Wire.show(to), Wire.show(from));
    }
    return to;
  }

  /** Refuses to send what changes something to where it was not meant to go. */
  static void requireRepeatable(Call call, URI from, URI to, boolean kept) throws HubException {
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    if (!reads && !kept) {
      throw new HubException.Denied(
          call.method() + " request", "no redirect", "one to " + Wire.show(to), Wire.show(from));
    }
  }
}
