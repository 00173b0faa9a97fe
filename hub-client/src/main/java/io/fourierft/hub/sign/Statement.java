package io.fourierft.hub.sign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubFile;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is signed: an in-toto statement with the SHA-256 of each file, and one over all of these.
 *
 * @param files the digests of the files by their paths
 * @param ignored paths that the signer left out
 */
record Statement(SortedMap<String, String> files, List<String> ignored) {
  private static final String TYPE = "https://in-toto.io/Statement/v1";
  private static final String PREDICATE = "https://model_signing/signature/v1.0";
  private static final String ALGORITHM = "sha256";
  private static final int MAX_FILES = 100_000;

  /** What is left out by the signer or by the format. */
  List<String> allIgnored() {
    List<String> all = new ArrayList<>(ignored);
    all.addAll(SignedFiles.IGNORED);
    return all;
  }

  byte[] json(String name) {
    ObjectNode root = Json.object().put("_type", TYPE);
    ObjectNode subject = root.putArray("subject").addObject().put("name", name);
    root.put("predicateType", PREDICATE);
    ObjectNode predicate = root.putObject("predicate");
    ObjectNode serialization = predicate.putObject("serialization");
    serialization.put("method", "files").put("hash_type", ALGORITHM).put("allow_symlinks", false);
    ArrayNode left = serialization.putArray("ignore_paths");
    ignored.forEach(left::add);
    ArrayNode resources = predicate.putArray("resources");
    List<String> digests = new ArrayList<>();
    for (String path : ordered()) {
      String digest = files.get(path);
      resources.addObject().put("name", path).put("algorithm", ALGORITHM).put("digest", digest);
      digests.add(digest);
    }
    subject.putObject("digest").put(ALGORITHM, root(digests));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The paths as Python sorts them: name by name. */
  private List<String> ordered() {
    List<String> paths = new ArrayList<>(files.keySet());
    paths.sort((a, b) -> Arrays.compare(a.split("/"), b.split("/")));
    return paths;
  }

  /** The digest over the digests, in the order of the list. */
  private static String root(List<String> digests) {
    ContentDigest root = ContentDigest.sha256();
    for (String digest : digests) {
      byte[] bytes = HexFormat.of().parseHex(digest);
      root.update(bytes, bytes.length);
    }
    return root.hex();
  }

  /** Reads a statement whose signature was verified before. */
  static Statement read(byte[] bytes, Object where) throws IOException {
    JsonNode json = Json.parse(bytes, "signed statement", where);
    require("statement type", TYPE, json.path("_type").asText(""), where);
    require("predicate type", PREDICATE, json.path("predicateType").asText(""), where);
    JsonNode predicate = json.path("predicate");
    JsonNode serialization = predicate.path("serialization");
    require("method of the signature", "files", serialization.path("method").asText(""), where);
    SortedMap<String, String> files = new TreeMap<>();
    List<String> digests = new ArrayList<>();
    for (JsonNode resource : predicate.path("resources")) {
      String digest = resource.path("digest").asText("");
      require("hash of the signature", ALGORITHM, resource.path("algorithm").asText(""), where);
      add(files, resource.path("name").asText(""), digest, where);
      digests.add(digest);
    }
    JsonNode subject = json.path("subject");
    String stated = subject.path(0).path("digest").path(ALGORITHM).asText("");
    String found = root(digests);
    if (subject.size() != 1 || !stated.equals(found)) {
      throw new HubException.Corrupt("digest over all signed files", stated, found, where);
    }
    List<String> ignored = new ArrayList<>();
    serialization.path("ignore_paths").forEach(path -> ignored.add(path.asText("")));
    return new Statement(files, List.copyOf(ignored));
  }

  private static void require(String what, String expected, String found, Object where)
      throws HubException {
    if (!found.equals(expected)) {
      throw new HubException.Unsupported(what, expected, "\"" + found + "\"", where);
    }
  }

  private static void add(Map<String, String> files, String path, String digest, Object where)
      throws HubException {
    try {
      HubFile file = new HubFile(path, 0, digest);
      if (files.size() < MAX_FILES && files.putIfAbsent(file.path(), file.sha256()) == null) {
        return;
      }
    } catch (IllegalArgumentException e) {
      HubException told =
          new HubException.Corrupt("signed file", "a path and a digest", e.getMessage(), where);
      told.initCause(e);
      throw told;
    }
    throw new HubException.Corrupt(
        "signed files", "each once, " + MAX_FILES + " at most", "others", where);
  }
}
