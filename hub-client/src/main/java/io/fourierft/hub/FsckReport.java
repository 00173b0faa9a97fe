package io.fourierft.hub;

import java.util.List;

/**
 * What a check of a directory hub found.
 *
 * @param repositories how many repositories were checked, the deleted ones left out
 * @param versions how many versions were checked
 * @param blobs how many files were read
 * @param bytes how many bytes they had
 * @param findings what was found, damage first
 */
public record FsckReport(
    int repositories, int versions, int blobs, long bytes, List<Finding> findings) {
  /** Puts damage first. */
  public FsckReport {
    findings = findings.stream().sorted().toList();
  }

  /**
   * The findings that mean loss.
   *
   * @return the damage, none if the hub is whole
   */
  public List<Finding> damage() {
    return findings.stream().filter(finding -> finding.kind().isDamage()).toList();
  }

  /** Kinds of findings, the gravest first. */
  public enum Kind {
    /** A version names content that is not there. */
    MISSING_BLOB(true),
    /** Content is not what its name says. */
    WRONG_DIGEST(true),
    /** The record of a version cannot be read, or is not what its name says. */
    BAD_RECORD(true),
    /** Versions do not follow one another without a gap. */
    BROKEN_CHAIN(true),
    /** A tag cannot be read. */
    BAD_TAG(true),
    /** A tag names a version that is not there, as a deletion may leave it. */
    DANGLING_TAG(false),
    /** What an interrupted publication left behind, or one under way has there. */
    STRAY_TEMP(false),
    /** Content that no version needs. */
    UNUSED_BLOB(false),
    /** Something that a hub never writes; nothing depends on it. */
    FOREIGN(false);

    private final boolean damage;

    Kind(boolean damage) {
      this.damage = damage;
    }

    /**
     * Tells whether it means loss or tampering, not merely space to win back.
     *
     * @return whether it is damage
     */
    public boolean isDamage() {
      return damage;
    }
  }

  /**
   * One thing found.
   *
   * @param kind its kind
   * @param path where, relative to the hub, with {@code /} between the names
   * @param detail what exactly, in one line
   */
  public record Finding(Kind kind, String path, String detail) implements Comparable<Finding> {
    @Override
    public int compareTo(Finding other) {
      int order = kind.compareTo(other.kind);
      return order != 0 ? order : path.compareTo(other.path);
    }

    @Override
    public String toString() {
      return kind + " " + path + ": " + detail;
    }
  }
}
