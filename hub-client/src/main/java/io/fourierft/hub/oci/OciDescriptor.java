package io.fourierft.hub.oci;

import io.fourierft.hub.HubException;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What a registry calls something that it keeps.
 *
 * @param mediaType the kind of content
 * @param digest {@code sha256:} and 64 lower-case hexadecimal digits
 * @param size the length in bytes
 */
public record OciDescriptor(String mediaType, String digest, long size) {
  static final String PREFIX = "sha256:";
  private static final Pattern DIGEST = Pattern.compile(PREFIX + "[0-9a-f]{64}");
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

  /** Checks all parts. */
  public OciDescriptor {
    Objects.requireNonNull(mediaType, "mediaType");
    if (!MEDIA_TYPE.matcher(mediaType).matches()) {
      throw new IllegalArgumentException("descriptor expected a media type but found none");
    }
    if (!isDigest(digest)) {
      throw new IllegalArgumentException(
          "descriptor expected sha256: and 64 hexadecimal digits but found another digest");
    }
    if (size < 0) {
      throw new IllegalArgumentException("descriptor expected a size but found " + size);
    }
  }

  static boolean isDigest(String text) {
    return DIGEST.matcher(text).matches();
  }

  /** The digits alone. */
  String hex() {
    return hex(digest);
  }

  static String hex(String digest) {
    return digest.substring(PREFIX.length());
  }

  /** Takes what a registry says, or refuses it. */
  static OciDescriptor of(String mediaType, String digest, long size, String what, Object where)
      throws HubException {
    if (digest.startsWith("sha512:")) {
      throw new HubException.Unsupported(what, "a sha256 digest", "sha512", where);
    }
    try {
      return new OciDescriptor(mediaType, digest, size);
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Corrupt(what, "media type, sha256 digest and size", "others", where);
      told.initCause(e);
      throw told;
    }
  }
}
