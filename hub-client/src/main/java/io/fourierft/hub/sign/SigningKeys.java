package io.fourierft.hub.sign;

import io.fourierft.hub.HubException;
import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Elliptic curve keys in PEM files, and what the format says about them. */
final class SigningKeys {
  private static final int MAX_FILE = 1 << 16;
  private static final int LINE = 64;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");

  private SigningKeys() {}

  static PublicKey readPublic(Path file) throws IOException {
    byte[] der = read(file, "PUBLIC KEY", "openssl pkey -pubout makes one");
    try {
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
      algorithm(key);
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw refused("public key", "one of P-256, P-384 or P-521", "another", file, e);
    }
  }

  /** No fault of a private key carries a cause, which might quote it. */
  static PrivateKey readPrivate(Path file) throws IOException {
    byte[] der = read(file, "PRIVATE KEY", "openssl pkcs8 -topk8 -nocrypt makes one");
    try {
      PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      algorithm(key);
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new HubException.Unsupported(
          "private key", "one of P-256, P-384 or P-521", "another", file);
    }
  }

  private static byte[] read(Path file, String kind, String hint) throws IOException {
    String text;
    try (InputStream in = Files.newInputStream(file)) {
      text = new String(in.readNBytes(MAX_FILE), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw HubException.translate(e, "reading a key", file);
    }
    Matcher block = BLOCK.matcher(text);
    boolean found = block.find();
    if (!found || !block.group(1).equals(kind)) {
      throw new HubException.Unsupported(
          "key file",
          "BEGIN " + kind + " (" + hint + ")",
          found ? "BEGIN " + block.group(1) : "no PEM",
          file);
    }
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new HubException.Corrupt("key file", "base64", "something else", file);
    }
  }

  private static HubException refused(
      String what, String expected, String found, Object where, Exception fault) {
    HubException told = new HubException.Unsupported(what, expected, found, where);
    told.initCause(fault);
    return told;
  }

  /** The algorithm for a key: the hash goes with the size of the curve. */
  static String algorithm(java.security.Key key) {
    if (key instanceof ECKey curve) {
      switch (curve.getParams().getCurve().getField().getFieldSize()) {
        case 256:
          return "SHA256withECDSA";
        case 384:
          return "SHA384withECDSA";
        case 521:
          return "SHA512withECDSA";
        default:
          break;
      }
    }
    throw new IllegalArgumentException(
        "signing key expected an elliptic curve of P-256, P-384 or P-521 but found "
            + key.getAlgorithm());
  }

  /** What a signature calls a key: the SHA-256 of its PEM file as OpenSSL writes it. */
  static String hint(PublicKey key) {
    byte[] line = "\n".getBytes(StandardCharsets.US_ASCII);
    String body = Base64.getMimeEncoder(LINE, line).encodeToString(key.getEncoded());
    String pem = "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n";
    byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
    ContentDigest digest = ContentDigest.sha256();
    digest.update(bytes, bytes.length);
    return digest.hex();
  }

  static ECPublicKey requireSupported(PublicKey key) {
    algorithm(key);
    return (ECPublicKey) key;
  }
}
