package io.fourierft.hub.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.RepoSummary;
import io.fourierft.hub.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Repositories as a search tells of them. */
final class Summaries {
  private static final String BASE = "base_model:";
  private static final int MAX_TAGS = 200;
  private static final int MAX_TEXT = 500;
  private static final Logger LOG = LoggerFactory.getLogger(Summaries.class);

  private Summaries() {}

  /** Reads one repository; one that cannot be named is left out, with a warning. */
  static Optional<RepoSummary> read(JsonNode item) {
    try {
      Version head =
          new Version(
              RepoId.parse(item.path("id").asText("")),
              item.path("sha").asText(""),
              List.of(),
              Api.instant(item.path("lastModified")),
              "");
      return Optional.of(new RepoSummary(head, metadata(item)));
    } catch (IllegalArgumentException e) {
      LOG.warn("a repository is left out: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Metadata metadata(JsonNode item) {
    String base = "";
    List<String> tags = new ArrayList<>();
    for (JsonNode node : item.path("tags")) {
      String tag = node.asText("");
      if (tag.startsWith(BASE)) {
        // base_model:<id> as well as base_model:<relation>:<id>
        base = base.isEmpty() ? tag.substring(tag.lastIndexOf(':') + 1) : base;
      } else if (!tag.isEmpty() && tag.length() <= MAX_TEXT && tags.size() < MAX_TAGS) {
        tags.add(tag);
      }
    }
    String task = item.path("pipeline_tag").asText("");
    return new Metadata(shortened(base), shortened(task), tags);
  }

  private static String shortened(String text) {
    return text.length() > MAX_TEXT ? "" : text;
  }
}
