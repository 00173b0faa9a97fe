package io.fourierft.hub.sign;

import io.fourierft.hub.HubException;
import io.fourierft.hub.http.ContentDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Makes sure that somebody known signed the files of a model, each of them and no other. */
public final class ModelVerifier {
  /** The name of the file that holds the signature. */
  public static final String FILE = "model.sig";

  private static final int MAX_SIGNATURE = 16 << 20;

  private final List<PublicKey> keys;

  private ModelVerifier(List<PublicKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /**
   * Trusts keys.
   *
   * @param keys public keys on P-256, P-384 or P-521, one at least
   * @return the verifier
   * @throws IllegalArgumentException if there is none, or one on another curve
   */
  public static ModelVerifier of(List<PublicKey> keys) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("trusted keys expected one at least but found none");
    }
    keys.forEach(SigningKeys::requireSupported);
    return new ModelVerifier(keys);
  }

  /**
   * Trusts keys in PEM files.
   *
   * @param files the files with {@code BEGIN PUBLIC KEY}, one at least
   * @return the verifier
   * @throws HubException if one cannot be read or used
   * @throws IOException never for another reason
   */
  public static ModelVerifier read(List<Path> files) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(SigningKeys.readPublic(file));
    }
    return of(keys);
  }

  /**
   * Tells whether a directory holds a signature, good or not.
   *
   * @param directory the directory
   * @return whether {@value #FILE} is there
   */
  public static boolean isSigned(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /**
   * Verifies a directory.
   *
   * @param directory holds the files and {@value #FILE}
   * @throws HubException.Denied if there is no signature, or none by a trusted key
   * @throws HubException.Corrupt if a file is not as it was signed, is missing, or was not signed;
   *     the message names it
   * @throws IOException if the files cannot be read
   */
  public void verify(Path directory) throws IOException {
    try {
      Path file = directory.resolve(FILE);
      requireSame(directory, Statement.read(signed(file), file));
    } catch (IOException e) {
      throw HubException.translate(e, "verifying", directory);
    }
  }

  /**
   * Verifies some files of a directory: each of them must be signed and as it was. Others are not
   * looked at.
   *
   * @param directory holds the files and {@value #FILE}
   * @param files their paths
   * @throws HubException.Denied if there is no signature, or none by a trusted key
   * @throws HubException.Corrupt if a file is not as it was signed, is missing, or was not signed
   * @throws IOException if the files cannot be read
   */
  public void verify(Path directory, Set<String> files) throws IOException {
    try {
      Path file = directory.resolve(FILE);
      Statement statement = Statement.read(signed(file), file);
      for (String path : files) {
        if (!SignedFiles.isIgnored(path, statement.allIgnored())) {
          requireSigned(directory, path, statement);
        }
      }
    } catch (IOException e) {
      throw HubException.translate(e, "verifying", directory);
    }
  }

  /** The payload, once its signature is known to be good. */
  private byte[] signed(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new HubException.Denied("signature", FILE, "none", file);
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_SIGNATURE + 1);
    }
    if (bytes.length > MAX_SIGNATURE) {
      throw new HubException.TooLarge("signature", MAX_SIGNATURE + " bytes at most", "more", file);
    }
    Bundle bundle = Bundle.read(bytes, file);
    String hint = bundle.hint();
    List<PublicKey> named =
        keys.stream().filter(key -> hint.isEmpty() || SigningKeys.hint(key).equals(hint)).toList();
    if (named.isEmpty()) {
      throw new HubException.Denied("signature", "one by a trusted key", "key " + hint, file);
    }
    if (named.stream().noneMatch(bundle::isBy)) {
      throw new HubException.Denied("signature", "one that its key made", "a false one", file);
    }
    return bundle.payload();
  }

  private static void requireSame(Path directory, Statement statement) throws IOException {
    SortedSet<String> paths =
        new TreeSet<>(SignedFiles.of(directory, statement.allIgnored()).keySet());
    paths.addAll(statement.files().keySet());
    for (String path : paths) {
      requireSigned(directory, path, statement);
    }
  }

  private static void requireSigned(Path directory, String path, Statement statement)
      throws IOException {
    String signed = statement.files().get(path);
    Path file = directory.resolve(path);
    if (signed == null) {
      throw new HubException.Corrupt("file " + path, "to be signed", "no signature of it", file);
    }
    if (!Files.isRegularFile(file)) {
      throw new HubException.Corrupt("signed file " + path, "a file", "none", file);
    }
    String digest = ContentDigest.sha256().add(file).hex();
    if (!digest.equals(signed)) {
      throw new HubException.Corrupt(
          "signed file " + path, "sha256 " + signed, "sha256 " + digest, file);
    }
  }

  @Override
  public String toString() {
    return "ModelVerifier[" + keys.size() + " keys]";
  }
}
