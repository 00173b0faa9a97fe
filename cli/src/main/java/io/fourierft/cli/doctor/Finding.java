package io.fourierft.cli.doctor;

/**
 * One thing that was looked at.
 *
 * @param level whether it will do
 * @param subject what was looked at
 * @param found what was found
 * @param advice what to do about it, empty where nothing is to be done
 */
public record Finding(Level level, String subject, String found, String advice) {
  /** Whether a thing will do. */
  public enum Level {
    /** Nothing to do. */
    OK,
    /** It works, but not as well as it could. */
    WARN,
    /** It does not work. */
    FAIL
  }

  /**
   * A thing that is as it should be.
   *
   * @param subject what was looked at
   * @param found what was found
   * @return the finding
   */
  public static Finding ok(String subject, String found) {
    return new Finding(Level.OK, subject, found, "");
  }

  /**
   * A thing that could be better.
   *
   * @param subject what was looked at
   * @param found what was found
   * @param advice what to do about it
   * @return the finding
   */
  public static Finding warn(String subject, String found, String advice) {
    return new Finding(Level.WARN, subject, found, advice);
  }

  /**
   * A thing that does not work.
   *
   * @param subject what was looked at
   * @param found what was found
   * @param advice what to do about it
   * @return the finding
   */
  public static Finding fail(String subject, String found, String advice) {
    return new Finding(Level.FAIL, subject, found, advice);
  }
}
