package io.fourierft.hub.sign;

import io.fourierft.hub.HubException;
import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Signs the files of a model with a pair of keys on P-256, P-384 or P-521. */
public final class ModelSigner {
  private final PrivateKey privateKey;
  private final PublicKey publicKey;

  private ModelSigner(PrivateKey privateKey, PublicKey publicKey) {
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /**
   * Signs with keys at hand.
   *
   * @param privateKey signs
   * @param publicKey its counterpart, whose name goes into the signature
   * @return the signer
   * @throws IllegalArgumentException if the keys are not a pair, or on another curve
   */
  public static ModelSigner of(PrivateKey privateKey, PublicKey publicKey) {
    SigningKeys.algorithm(privateKey);
    ModelSigner signer = new ModelSigner(privateKey, SigningKeys.requireSupported(publicKey));
    byte[] probe = {1};
    boolean pair =
        SigningKeys.algorithm(privateKey).equals(SigningKeys.algorithm(publicKey))
            && signer.bundle(probe).isBy(publicKey);
    if (!pair) {
      throw new IllegalArgumentException("signing keys expected a pair but found two strangers");
    }
    return signer;
  }

  /**
   * Signs with keys in PEM files.
   *
   * @param privateKey the file with {@code BEGIN PRIVATE KEY} (PKCS #8, not encrypted)
   * @param publicKey the file with {@code BEGIN PUBLIC KEY}
   * @return the signer
   * @throws HubException if the keys cannot be read or used
   * @throws IOException never for another reason
   */
  public static ModelSigner read(Path privateKey, Path publicKey) throws IOException {
    PrivateKey ours = SigningKeys.readPrivate(privateKey);
    PublicKey theirs = SigningKeys.readPublic(publicKey);
    try {
      return of(ours, theirs);
    } catch (IllegalArgumentException e) {
      throw new HubException.Unsupported("signing keys", "a pair", "two strangers", publicKey);
    }
  }

  /**
   * Signs all files of a directory, and puts the signature beside them as {@value
   * ModelVerifier#FILE}. What git keeps for itself is left out.
   *
   * @param directory the directory
   * @return the file with the signature
   * @throws IOException if a file cannot be read, or the signature not be written
   */
  public Path sign(Path directory) throws IOException {
    try {
      Path target = directory.resolve(ModelVerifier.FILE);
      Map<String, Path> files = SignedFiles.of(directory, SignedFiles.IGNORED);
      byte[] bundle = sign("" + directory.toAbsolutePath().normalize().getFileName(), files);
      Path fresh = Files.createTempFile(directory, ".model-sig", ".tmp");
      try {
        Files.write(fresh, bundle);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
      return target;
    } catch (IOException e) {
      throw HubException.translate(e, "signing", directory);
    }
  }

  /**
   * Signs files wherever they are, such as those of a publication.
   *
   * @param name a name for the model, for people
   * @param files the files by the paths that they will have
   * @return the content of {@value ModelVerifier#FILE}
   * @throws IOException if a file cannot be read
   */
  public byte[] sign(String name, Map<String, Path> files) throws IOException {
    SortedMap<String, String> digests = new TreeMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      digests.put(file.getKey(), ContentDigest.sha256().add(file.getValue()).hex());
    }
    return bundle(new Statement(digests, SignedFiles.IGNORED).json(name)).json();
  }

  private Bundle bundle(byte[] payload) {
    try {
      Signature signer = Signature.getInstance(SigningKeys.algorithm(privateKey));
      signer.initSign(privateKey);
      signer.update(Bundle.encoded(payload));
      return new Bundle(payload, signer.sign(), SigningKeys.hint(publicKey));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("signing key expected to be usable but is not", e);
    }
  }

  @Override
  public String toString() {
    return "ModelSigner[key " + SigningKeys.hint(publicKey).substring(0, 12) + "]";
  }
}
