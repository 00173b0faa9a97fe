package io.fourierft.hub.sign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;

/**
 * A signature as a Sigstore bundle: a DSSE envelope and the name of the key.
 *
 * @param payload what is signed
 * @param signature the signature, as ASN.1 has it
 * @param hint the name of the key, empty in bundles of early tools
 */
record Bundle(byte[] payload, byte[] signature, String hint) {
  private static final String TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

  /** The bytes that a signature is over: DSSE's encoding of the type and the payload. */
  static byte[] encoded(byte[] payload) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String head =
        "DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ";
    bytes.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    bytes.writeBytes(payload);
    return bytes.toByteArray();
  }

  byte[] json() {
    ObjectNode root = Json.object().put("mediaType", TYPE);
    ObjectNode material = root.putObject("verificationMaterial");
    material.putObject("publicKey").put("hint", hint);
    material.putArray("tlogEntries");
    ObjectNode envelope = root.putObject("dsseEnvelope");
    envelope.put("payload", Base64.getEncoder().encodeToString(payload));
    envelope.put("payloadType", PAYLOAD_TYPE);
    envelope
        .putArray("signatures")
        .addObject()
        .put("sig", Base64.getEncoder().encodeToString(signature))
        .put("keyid", "");
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  static Bundle read(byte[] bytes, Object where) throws IOException {
    JsonNode root = Json.parse(bytes, "signature", where);
    JsonNode envelope = root.path("dsseEnvelope");
    String type = root.path("mediaType").asText("");
    if (!type.equals(TYPE)) {
      throw new HubException.Unsupported("signature", TYPE, "\"" + type + "\"", where);
    }
    if (!root.path("verificationMaterial").path("publicKey").isObject()) {
      throw new HubException.Unsupported("signature", "one by a key", "another kind", where);
    }
    if (!envelope.path("payloadType").asText("").equals(PAYLOAD_TYPE)
        || envelope.path("signatures").size() != 1) {
      throw new HubException.Corrupt(
          "signature", "one over a payload of type " + PAYLOAD_TYPE, "others", where);
    }
    return new Bundle(
        bytes(envelope.path("payload"), where),
        bytes(envelope.path("signatures").path(0).path("sig"), where),
        root.path("verificationMaterial").path("publicKey").path("hint").asText(""));
  }

  private static byte[] bytes(JsonNode node, Object where) throws HubException {
    try {
      return Base64.getDecoder().decode(node.asText(""));
    } catch (IllegalArgumentException e) {
      HubException told = new HubException.Corrupt("signature", "base64", "something else", where);
      told.initCause(e);
      throw told;
    }
  }

  /** Tells whether a key made the signature. */
  boolean isBy(PublicKey key) {
    try {
      Signature verifier = Signature.getInstance(SigningKeys.algorithm(key));
      verifier.initVerify(key);
      verifier.update(encoded(payload));
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // Bytes that are no signature at all.
      return false;
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has ECDSA", e);
    }
  }
}
