package io.fourierft.cli;

import io.fourierft.hub.Hub;
import io.fourierft.hub.RepoId;
import picocli.CommandLine.Model.CommandSpec;

/**
 * A repository as it is written on the command line, {@code [NAMESPACE/]NAME[@REVISION]}.
 *
 * @param id the repository
 * @param revision the revision, or the newest version's
 */
record RepoName(RepoId id, String revision) {
  static final String LABEL = "NAMESPACE/NAME[@REVISION]";

  static RepoName parse(CommandSpec spec, String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    RepoId id = Usage.of(spec, () -> RepoId.parse(name));
    String revision = at < 0 ? Hub.MAIN : text.substring(at + 1);
    if (revision.isBlank()) {
      throw Usage.wrong(spec, "revision expected after @ but found none (" + name + "@)");
    }
    return new RepoName(id, revision);
  }

  /** A repository, where no revision makes sense. */
  static RepoId plain(CommandSpec spec, String text) {
    if (text.indexOf('@') >= 0) {
      throw Usage.wrong(spec, "repository expected without a revision but found " + text);
    }
    return parse(spec, text).id();
  }
}
