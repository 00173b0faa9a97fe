package io.fourierft.hub.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.HubException;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.sign.ModelSigner;
import io.fourierft.hub.sign.ModelVerifier;
import io.fourierft.hub.sign.SignaturePolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signatures over snapshots, which are links into the cache, and over parts of them. */
@Timeout(60)
class HuggingFaceSignatureTest {
  private static final RepoId REPO = RepoId.parse("acme/reviews");

  @TempDir Path directory;
  private final SortedMap<String, Path> files = new TreeMap<>();
  private HubServer server;
  private HuggingFaceHub hub;
  private ModelSigner signer;
  private FetchOptions required;

  @BeforeEach
  void start() throws Exception {
    server = new HubServer();
    hub =
        HuggingFaceHub.open(
            HuggingFaceSettings.fromEnvironment(Map.of("HF_TOKEN", HubServer.TOKEN), directory)
                .withEndpoint(server.url())
                .withCache(directory.resolve("cache")));
    KeyPair keys = KeyPairGenerator.getInstance("EC").generateKeyPair();
    signer = ModelSigner.of(keys.getPrivate(), keys.getPublic());
    ModelVerifier verifier = ModelVerifier.of(List.of(keys.getPublic()));
    required = FetchOptions.defaults().withSignatures(SignaturePolicy.required(verifier));
    for (String name : List.of("a.safetensors", "config.json")) {
      files.put(name, Files.writeString(directory.resolve(name), name));
    }
  }

  @AfterEach
  void stop() {
    hub.close();
    server.close();
    assertThat(server.wrong).isEmpty();
  }

  private void publish() throws IOException {
    Publication.Builder publication = Publication.builder();
    files.forEach(publication::file);
    hub.publish(REPO, publication.build());
  }

  private void sign() throws IOException {
    Path signature = directory.resolve("model.sig");
    files.put("model.sig", Files.write(signature, signer.sign("reviews", new TreeMap<>(files))));
  }

  @Test
  void signedSnapshotsAreTakenOnlineAndOffline() throws IOException {
    sign();
    publish();

    Path fetched = hub.fetch(REPO, "main", required);
    assertThat(fetched.resolve("config.json")).isSymbolicLink().hasContent("config.json");
    assertThat(hub.fetch(REPO, "main", required.withOffline(true))).isEqualTo(fetched);
  }

  @Test
  void partsOfSignedSnapshotsAreTaken() throws IOException {
    sign();
    publish();

    Path fetched = hub.fetch(REPO, "main", "config.json"::equals, required);
    assertThat(fetched.resolve("config.json")).exists();
    assertThat(fetched.resolve("a.safetensors")).doesNotExist();
  }

  @Test
  void whatIsNotSignedIsRefusedAsAWholeAndInPart() throws IOException {
    publish();
    assertThatThrownBy(() -> hub.fetch(REPO, "main", required))
        .isInstanceOf(HubException.Denied.class);
    sign();
    files.put("extra.json", Files.writeString(directory.resolve("extra.json"), "{}"));
    publish();

    assertThatThrownBy(() -> hub.fetch(REPO, "main", required))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("file extra.json");
    assertThatThrownBy(() -> hub.fetch(REPO, "main", "extra.json"::equals, required))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("file extra.json");
    hub.fetch(REPO, "main", "config.json"::equals, required);
  }
}
