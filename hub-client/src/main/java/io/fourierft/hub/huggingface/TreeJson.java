package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.HubException;
import io.fourierft.hub.http.ContentDigest;
import io.fourierft.hub.http.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lists of files as servers send them and as the cache keeps them. */
final class TreeJson {
  private static final int FORMAT = 1;

  private TreeJson() {}

  /** Adds the files of one page. */
  static void page(JsonNode page, Map<String, Entry> into, Object where) throws HubException {
    for (JsonNode item : page) {
      if (item.path("type").asText("file").equals("file")) {
        JsonNode lfs = item.path("lfs");
        boolean large = lfs.path("oid").isTextual();
        long size = (large ? lfs : item).path("size").asLong(-1);
        String etag = (large ? lfs : item).path("oid").asText("");
        Entry entry = Entry.of(Json.text(item, "path", "file list", where), size, etag, where);
        into.put(entry.path(), entry);
      }
    }
  }

  /** The form of {@code trees/<commit>.json}, which Python reads and writes as well. */
  static String write(List<Entry> entries) {
    ObjectNode root = Json.object().put("format_version", FORMAT);
    ObjectNode files = root.putObject("files");
    for (Entry entry : entries) {
      ObjectNode file = files.putObject(entry.path()).put("size", entry.size());
      file.put("blob_id", entry.isLarge() ? pointer(entry) : entry.etag());
      if (entry.isLarge()) {
        file.put("lfs_sha256", entry.etag()).put("lfs_size", entry.size());
      }
    }
    return root.toString();
  }

  /** The name that git gives to the pointer that stands for a large file. */
  private static String pointer(Entry entry) {
    String text =
        "version https://git-lfs.github.com/spec/v1\noid sha256:"
            + entry.etag()
            + "\nsize "
            + entry.size()
            + "\n";
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    ContentDigest digest = ContentDigest.gitBlob(bytes.length);
    digest.update(bytes, bytes.length);
    return digest.hex();
  }

  static List<Entry> read(byte[] bytes, Object where) throws IOException {
    JsonNode root = Json.parse(bytes, "file list", where);
    Map<String, Entry> entries = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : root.path("files").properties()) {
      JsonNode file = field.getValue();
      boolean large = file.path("lfs_sha256").isTextual();
      String etag = file.path(large ? "lfs_sha256" : "blob_id").asText("");
      long size = file.path(large ? "lfs_size" : "size").asLong(-1);
      entries.put(field.getKey(), Entry.of(field.getKey(), size, etag, where));
    }
    return new ArrayList<>(entries.values());
  }
}
