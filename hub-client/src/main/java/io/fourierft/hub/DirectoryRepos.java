package io.fourierft.hub;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repositories of a directory hub, by the names of their directories.
 *
 * @param layout where they are
 */
record DirectoryRepos(DirectoryLayout layout) {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryRepos.class);

  /** All repositories in the order of their names, the deleted ones too. */
  List<RepoId> ids() throws IOException {
    List<RepoId> ids = new ArrayList<>();
    for (String namespace : directories(layout.repos())) {
      for (String name : directories(layout.repos().resolve(namespace))) {
        try {
          ids.add(new RepoId(namespace, name));
        } catch (IllegalArgumentException e) {
          LOG.warn("directory left out: {}", e.getMessage());
        }
      }
    }
    return ids.stream().sorted().toList();
  }

  private List<String> directories(Path parent) throws IOException {
    return layout.names(parent).stream()
        .filter(name -> Files.isDirectory(parent.resolve(name), NOFOLLOW_LINKS))
        .toList();
  }
}
