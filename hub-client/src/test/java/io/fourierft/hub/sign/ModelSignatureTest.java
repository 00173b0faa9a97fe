package io.fourierft.hub.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Mutations;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden files are made by tools/reference/model_signing_goldens.py. */
class ModelSignatureTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/model_signing");

  @TempDir Path directory;
  private Path model;
  private KeyPair keys;

  @BeforeEach
  void prepare() throws Exception {
    keys = pair("secp256r1");
    model = Files.createDirectories(directory.resolve("model"));
    Files.writeString(model.resolve("adapter.fft"), "weights");
    Files.createDirectories(model.resolve("a"));
    Files.writeString(model.resolve("a/b.txt"), "b");
  }

  private static KeyPair pair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private ModelSigner signer() {
    return ModelSigner.of(keys.getPrivate(), keys.getPublic());
  }

  private ModelVerifier verifier() {
    return ModelVerifier.of(List.of(keys.getPublic()));
  }

  /** A golden model where it may be changed. */
  private Path golden(String curve) throws IOException {
    Path source = GOLDEN.resolve(curve).resolve("model");
    Path target = directory.resolve("golden");
    try (Stream<Path> all = Files.walk(source)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        Files.copy(path, target.resolve(source.relativize(path)));
      }
    }
    return target;
  }

  private static ModelVerifier goldenKey(String curve) throws IOException {
    return ModelVerifier.read(List.of(GOLDEN.resolve(curve).resolve("key.pub")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"p256", "p384", "p521"})
  void pythonsSignaturesAreGood(String curve) throws IOException {
    Path signed = golden(curve);
    goldenKey(curve).verify(signed);

    Files.writeString(signed.resolve("a.txt"), "other");
    assertThatThrownBy(() -> goldenKey(curve).verify(signed))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageStartingWith("signed file a.txt expected sha256 ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void ourSignaturesAreGoodOnEveryCurve(String curve) throws Exception {
    keys = pair(curve);
    assertThat(signer().sign(model)).isEqualTo(model.resolve("model.sig"));

    verifier().verify(model);
    signer().sign(model);
    verifier().verify(model);
  }

  @Test
  void statementsAreTheSameInBothLanguages() throws Exception {
    Path signed = golden("p256");
    byte[] theirs = Files.readAllBytes(signed.resolve("model.sig"));
    byte[] ours = signer().sign("model", SignedFiles.of(signed, SignedFiles.IGNORED));

    ObjectNode expected = (ObjectNode) payload(theirs);
    ObjectNode found = (ObjectNode) payload(ours);
    assertThat(found.path("subject")).isEqualTo(expected.path("subject"));
    assertThat(found.path("predicate").path("resources"))
        .isEqualTo(expected.path("predicate").path("resources"));
    assertThat(found.path("predicate").path("serialization").path("ignore_paths"))
        .containsExactlyInAnyOrderElementsOf(
            expected.path("predicate").path("serialization").path("ignore_paths"));
    assertThat(Json.parse(ours, "bundle", "test").properties().stream().map(e -> e.getKey()))
        .containsExactly("mediaType", "verificationMaterial", "dsseEnvelope");
  }

  private static JsonNode payload(byte[] bundle) throws IOException {
    return Json.parse(Bundle.read(bundle, "test").payload(), "payload", "test");
  }

  @Test
  void whatWasNotSignedIsNamed() throws IOException {
    signer().sign(model);
    Path extra = Files.writeString(model.resolve("a/extra.py"), "x");
    refuses(HubException.Corrupt.class, "file a/extra.py expected to be signed");
    Files.delete(extra);
    Files.writeString(model.resolve(".gitattributes"), "git's own");
    verifier().verify(model);

    Files.delete(model.resolve("a/b.txt"));
    refuses(HubException.Corrupt.class, "signed file a/b.txt expected a file but found none");
  }

  private void refuses(Class<? extends HubException> kind, String part) {
    assertThatThrownBy(() -> verifier().verify(model))
        .isInstanceOf(kind)
        .hasMessageContaining(part)
        .hasMessageMatching("[^\n]+ expected [^\n]+ but found [^\n]+ \\([^\n]+\\)");
  }

  @Test
  void nobodyElseSigns() throws Exception {
    refuses(HubException.Denied.class, "signature expected model.sig but found none");
    signer().sign(model);
    KeyPair owner = keys;
    keys = pair("secp256r1");
    refuses(HubException.Denied.class, "one by a trusted key");

    ModelVerifier both = ModelVerifier.of(List.of(keys.getPublic(), owner.getPublic()));
    both.verify(model);
  }

  @Test
  void aSignatureIsForItsPayloadAlone() throws IOException {
    signer().sign(model);
    Bundle good = Bundle.read(Files.readAllBytes(model.resolve("model.sig")), "test");
    Files.writeString(model.resolve("adapter.fft"), "evil");
    byte[] forged = new Statement(new TreeMap<>(), List.of("adapter.fft", "a")).json("model");

    write(new Bundle(forged, good.signature(), good.hint()));
    refuses(HubException.Denied.class, "a false one");
    write(new Bundle(forged, new byte[0], ""));
    refuses(HubException.Denied.class, "a false one");
    write(new Bundle(forged, new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}, ""));
    refuses(HubException.Denied.class, "a false one");
  }

  private void write(Bundle bundle) throws IOException {
    Files.write(model.resolve("model.sig"), bundle.json());
  }

  @ParameterizedTest
  @CsvSource({
    "/mediaType, \"other\"",
    "/verificationMaterial/publicKey, 1",
    "/dsseEnvelope/payloadType, \"text/plain\"",
    "/dsseEnvelope/payload, \"*\"",
    "/dsseEnvelope/signatures, []",
    "/dsseEnvelope/signatures, '[{}, {}]'",
    "/dsseEnvelope, 1"
  })
  void bundlesOfOtherKindsAreRefused(String pointer, String value) throws IOException {
    signer().sign(model);
    Path file = model.resolve("model.sig");
    ObjectNode bundle = (ObjectNode) Json.parse(Files.readAllBytes(file), "bundle", "test");
    int slash = pointer.lastIndexOf('/');
    byte[] wrapped = ("[" + value + "]").getBytes(StandardCharsets.UTF_8);
    ((ObjectNode) bundle.at(pointer.substring(0, slash)))
        .set(pointer.substring(slash + 1), Json.parse(wrapped, "value", "test").get(0));
    Files.writeString(file, bundle.toString());

    refuses(HubException.class, "signature expected");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no JSON", "[]", "{}", "{\"mediaType\":"})
  void whatIsNoBundleIsRefused(String text) throws IOException {
    Files.writeString(model.resolve("model.sig"), text);
    refuses(HubException.class, "signature expected");
  }

  /** Signs a statement after a change to it. */
  private void signChanged(Consumer<ObjectNode> change) throws Exception {
    signer().sign(model);
    ObjectNode json = (ObjectNode) payload(Files.readAllBytes(model.resolve("model.sig")));
    change.accept(json);
    byte[] payload = json.toString().getBytes(StandardCharsets.UTF_8);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(Bundle.encoded(payload));
    write(new Bundle(payload, signature.sign(), SigningKeys.hint(keys.getPublic())));
  }

  private static ObjectNode resource(ObjectNode statement) {
    return (ObjectNode) statement.path("predicate").path("resources").path(0);
  }

  @Test
  void statementsOfOtherKindsAreRefused() throws Exception {
    signChanged(json -> json.put("predicateType", "https://model_signing/Digests/v0.1"));
    refuses(HubException.Unsupported.class, "predicate type");
    signChanged(
        json ->
            ((ObjectNode) json.path("predicate").path("serialization")).put("method", "shards"));
    refuses(HubException.Unsupported.class, "\"shards\"");
    signChanged(json -> resource(json).put("algorithm", "blake2b"));
    refuses(HubException.Unsupported.class, "blake2b");
    signChanged(json -> resource(json).put("name", "../../etc/passwd"));
    refuses(HubException.Corrupt.class, "a path and a digest");
    signChanged(json -> resource(json).put("digest", "00"));
    refuses(HubException.Corrupt.class, "a path and a digest");
    signChanged(json -> resource(json).put("digest", "0".repeat(64)));
    refuses(HubException.Corrupt.class, "digest over all signed files");
    signChanged(
        json ->
            ((ArrayNode) json.path("predicate").path("resources")).add(resource(json).deepCopy()));
    refuses(HubException.Corrupt.class, "each once");
  }

  @Test
  void damagedSignaturesAreReadOrRefused() throws IOException {
    signer().sign(model);
    byte[] good = Files.readAllBytes(model.resolve("model.sig"));
    assertThat(Mutations.refused(good, 4_000, bytes -> Bundle.read(bytes, "test").json()))
        .isBetween(800, 3_999);

    byte[] payload = Bundle.read(good, "test").payload();
    assertThat(Mutations.refused(payload, 4_000, bytes -> Statement.read(bytes, "test")))
        .isBetween(800, 3_999);
  }

  @Test
  void theSignerMayLeaveFilesOut() throws Exception {
    Files.writeString(model.resolve("notes"), "mine");
    signChanged(json -> {});
    Files.writeString(model.resolve("later"), "x");
    refuses(HubException.Corrupt.class, "file later");
    Files.delete(model.resolve("later"));

    Files.createDirectories(model.resolve("logs"));
    signChanged(
        json ->
            ((ArrayNode) json.path("predicate").path("serialization").path("ignore_paths"))
                .add("logs"));
    Files.writeString(model.resolve("logs/1"), "x");
    verifier().verify(model);
    Files.writeString(model.resolve("logs2"), "x");
    refuses(HubException.Corrupt.class, "file logs2");
  }

  private static String pem(String kind, byte[] der) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n";
  }

  @Test
  void keysAreReadFromFiles() throws Exception {
    Path ours = directory.resolve("key");
    Path theirs = directory.resolve("key.pub");
    Files.writeString(ours, pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    Files.writeString(theirs, pem("PUBLIC KEY", keys.getPublic().getEncoded()));
    ModelSigner signer = ModelSigner.read(ours, theirs);
    signer.sign(model);

    ModelVerifier.read(List.of(theirs)).verify(model);
    String secret = Base64.getEncoder().encodeToString(keys.getPrivate().getEncoded());
    assertThat(signer.toString()).doesNotContain(secret.substring(40, 60));
    Files.writeString(theirs, pem("PUBLIC KEY", pair("secp256r1").getPublic().getEncoded()));
    assertThatThrownBy(() -> ModelSigner.read(ours, theirs))
        .isInstanceOf(HubException.Unsupported.class)
        .hasMessageContaining("a pair");
  }

  @Test
  void otherKeysAreRefusedWithAHintAndUnseen() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair other = rsa.generateKeyPair();
    Path file = directory.resolve("key");
    String secret = Base64.getEncoder().encodeToString(other.getPrivate().getEncoded());
    for (String text :
        List.of(
            pem("PRIVATE KEY", other.getPrivate().getEncoded()),
            pem("EC PRIVATE KEY", keys.getPrivate().getEncoded()),
            pem("ENCRYPTED PRIVATE KEY", new byte[40]),
            pem("PUBLIC KEY", keys.getPublic().getEncoded()),
            pem("PRIVATE KEY", new byte[1000]),
            "nothing")) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> ModelSigner.read(file, file))
          .isInstanceOf(HubException.Unsupported.class)
          .hasMessageNotContaining(secret.substring(100, 120))
          .hasNoCause();
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelVerifier.of(List.of(other.getPublic())));
    assertThatIllegalArgumentException().isThrownBy(() -> ModelVerifier.of(List.of()));
    PrivateKey stranger = pair("secp256r1").getPrivate();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSigner.of(stranger, keys.getPublic()));
  }

  @Test
  void fetchesTakeWhatTheirPolicyAllows() throws Exception {
    RepoId repo = RepoId.parse("acme/reviews");
    Path signature =
        Files.write(
            directory.resolve("sig"),
            signer()
                .sign(
                    "reviews", new TreeMap<>(Map.of("adapter.fft", model.resolve("adapter.fft")))));
    FetchOptions options = FetchOptions.defaults().withCache(directory.resolve("cache"));
    FetchOptions required = options.withSignatures(SignaturePolicy.required(verifier()));
    FetchOptions optional = options.withSignatures(SignaturePolicy.whenSigned(verifier()));
    FetchOptions stranger =
        options.withSignatures(
            SignaturePolicy.whenSigned(ModelVerifier.of(List.of(pair("secp256r1").getPublic()))));
    Publication.Builder files =
        Publication.builder().file("adapter.fft", model.resolve("adapter.fft"));
    try (Hub hub = Hubs.open("dir:" + directory.resolve("hub"))) {
      hub.publish(repo, files.build());
      assertThatThrownBy(() -> hub.fetch(repo, "main", required))
          .isInstanceOf(HubException.Denied.class);
      assertThatCode(() -> hub.fetch(repo, "main", optional)).doesNotThrowAnyException();

      hub.publish(repo, files.file("model.sig", signature).build());
      assertThat(hub.fetch(repo, "main", required).resolve("adapter.fft")).hasContent("weights");
      assertThatThrownBy(() -> hub.fetch(repo, "main", stranger))
          .isInstanceOf(HubException.Denied.class);
      hub.publish(repo, files.file("extra", signature).build());
      assertThatThrownBy(() -> hub.fetch(repo, "main", optional))
          .isInstanceOf(HubException.Corrupt.class)
          .hasMessageContaining("file extra");
    }
  }
}
