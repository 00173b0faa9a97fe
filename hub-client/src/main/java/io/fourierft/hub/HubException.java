package io.fourierft.hub;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What a hub could not do, in one line: {@code <what> expected <x> but found <y> (<where>)}.
 *
 * <p>The subclass tells what a caller can do about it.
 */
public abstract sealed class HubException extends IOException {
  private static final long serialVersionUID = 1L;

  private HubException(String what, String expected, String found, Object where) {
    super(
        Texts.oneLine(what)
            + " expected "
            + Texts.oneLine(expected)
            + " but found "
            + Texts.oneLine(found)
            + " ("
            + Texts.oneLine(where.toString())
            + ")");
  }

  /**
   * Tells in the hub's terms what a file system said.
   *
   * @param fault what it said
   * @param what what was going on
   * @param where the place to name if the fault names none
   * @return the fault itself if it is a {@link HubException}, else one with the fault as its cause
   */
  public static HubException translate(IOException fault, String what, Path where) {
    return Faults.translate(fault, what, where);
  }

  /** There is no such repository, revision, tag or file. */
  public static final class NotFound extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public NotFound(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** The hub is not in the state that the caller counted on: look again, then decide. */
  public static final class Conflict extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public Conflict(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** What the hub holds is damaged or was tampered with. */
  public static final class Corrupt extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public Corrupt(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** The caller may not do this: the hub is read-only, or belongs to somebody else. */
  public static final class Denied extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public Denied(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** There is no room left. */
  public static final class NoSpace extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public NoSpace(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** More bytes than the caller wants to take. */
  public static final class TooLarge extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public TooLarge(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** Something that this version cannot handle, such as a hub written by a newer one. */
  public static final class Unsupported extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public Unsupported(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }

  /** Any other failure of the storage below; the cause says which. */
  public static final class Failed extends HubException {
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param what what was looked at
     * @param expected what should have been there
     * @param found what was there
     * @param where the place
     */
    public Failed(String what, String expected, String found, Object where) {
      super(what, expected, found, where);
    }
  }
}
