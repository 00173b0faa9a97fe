package io.fourierft.hub;

/**
 * A proposed version.
 *
 * @param version what is proposed
 * @param number the number of the pull request
 * @param url where people discuss it
 */
public record PullRequest(Version version, int number, String url) {
  /**
   * The revision that names the proposal.
   *
   * @return {@code refs/pr/} and the number
   */
  public String revision() {
    return "refs/pr/" + number;
  }
}
