package io.fourierft.hub;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * A place that keeps adapters under names, as a line of immutable versions.
 *
 * <p>A <em>revision</em> is the id of a version, a unique prefix of it (at least {@value
 * #MIN_PREFIX} characters), a tag, or {@value #MAIN} for the newest version. What goes wrong is
 * told by a {@link HubException} of one line; arguments that no hub could accept (a malformed tag)
 * are refused with {@link IllegalArgumentException}.
 */
public interface Hub extends AutoCloseable {
  /** The revision that always names the newest version. */
  String MAIN = "main";

  /** The shortest prefix of a version id that is taken for one. */
  int MIN_PREFIX = 7;

  /**
   * Publishes files as the next version of a repository, which is made when it does not exist.
   *
   * <p>Either the whole version becomes visible or nothing. If the newest version already holds
   * exactly these files and this metadata, no version is added and the newest one is returned.
   *
   * @param id the repository
   * @param publication what to publish
   * @return the version that holds the files
   * @throws HubException.Conflict if the newest version is not the expected parent
   * @throws IOException if the hub cannot take the files
   */
  Version publish(RepoId id, Publication publication) throws IOException;

  /**
   * Proposes files as the next version of a repository, for somebody else to accept.
   *
   * @param id the repository
   * @param publication what to propose
   * @return the pull request
   * @throws HubException.Unsupported if this kind of hub knows no pull requests
   * @throws IOException if the hub cannot take the files
   */
  default PullRequest propose(RepoId id, Publication publication) throws IOException {
    throw new HubException.Unsupported(
        "pull request for " + id, "a hub that knows them", "one that does not", this);
  }

  /**
   * Finds the version that a revision names.
   *
   * @param id the repository
   * @param revision a version id, a prefix of one, a tag or {@value #MAIN}
   * @return the version
   * @throws HubException.NotFound if there is no such repository or revision
   * @throws IOException if the hub cannot be read
   */
  Version resolve(RepoId id, String revision) throws IOException;

  /**
   * Describes a version: its metadata and the files it holds, with their digests.
   *
   * @param id the repository
   * @param revision a version id, a prefix of one, a tag or {@value #MAIN}
   * @return the description
   * @throws HubException.NotFound if there is no such repository or revision
   * @throws IOException if the hub cannot be read
   */
  Manifest manifest(RepoId id, String revision) throws IOException;

  /**
   * Brings the files of a version to this machine.
   *
   * <p>The directory belongs to a cache: it holds exactly the files of the version, each checked
   * against its digest by this very call, and must not be changed.
   *
   * @param id the repository
   * @param revision a version id, a prefix of one, a tag or {@value #MAIN}
   * @param options where to put the files and how much to take
   * @return the directory with the files
   * @throws HubException.NotFound if there is no such repository or revision
   * @throws HubException.Corrupt if the hub holds other bytes than the version promises
   * @throws IOException if the hub cannot be read or the cache cannot be written
   */
  Path fetch(RepoId id, String revision, FetchOptions options) throws IOException;

  /**
   * Lists repositories by what their newest version says of itself, without opening its files.
   *
   * @param query which repositories
   * @return the repositories, in the order of their names
   * @throws IOException if the hub cannot be read
   */
  List<RepoSummary> list(Query query) throws IOException;

  /**
   * Lists the versions of a repository.
   *
   * @param id the repository
   * @return the versions, newest first, at least one
   * @throws HubException.NotFound if there is no such repository
   * @throws IOException if the hub cannot be read
   */
  List<Version> history(RepoId id) throws IOException;

  /**
   * Lists the tags of a repository.
   *
   * @param id the repository
   * @return the version id of each tag
   * @throws HubException.NotFound if there is no such repository
   * @throws IOException if the hub cannot be read
   */
  SortedMap<String, String> tags(RepoId id) throws IOException;

  /**
   * Gives a version a name, or moves an existing name to it.
   *
   * @param id the repository
   * @param tag the name
   * @param revision a version id, a prefix of one, another tag or {@value #MAIN}
   * @throws HubException.NotFound if there is no such repository or revision
   * @throws IOException if the hub cannot be written
   */
  void tag(RepoId id, String tag, String revision) throws IOException;

  /**
   * Takes a name off its version; the version stays.
   *
   * @param id the repository
   * @param tag the name
   * @throws HubException.NotFound if there is no such repository or tag
   * @throws IOException if the hub cannot be written
   */
  void deleteTag(RepoId id, String tag) throws IOException;

  /**
   * Deletes a repository with all its versions and tags.
   *
   * @param id the repository
   * @throws HubException.NotFound if there is no such repository
   * @throws IOException if the hub cannot be written
   */
  void delete(RepoId id) throws IOException;

  /**
   * Refuses a name that no hub takes for a tag.
   *
   * @param tag the name
   * @throws IllegalArgumentException if it breaks a rule
   */
  static void requireTag(String tag) {
    TagFiles.requireName(tag);
  }

  /** Lets go of what the hub holds open; nothing published is affected. */
  @Override
  void close();
}
