package io.fourierft.hub;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Tells in the hub's terms what the file system said. */
final class Faults {
  private static final Pattern FULL =
      Pattern.compile("no space left|quota exceeded|not enough space|disk full|file too large");
  private static final Pattern REFUSED =
      Pattern.compile("read-only file system|operation not permitted|permission denied");

  private Faults() {}

  /** Work on files. */
  interface Work<T> {
    T run() throws IOException;
  }

  /** Does the work; what it throws is a {@link HubException}. */
  static <T> T guard(String what, Path where, Work<T> work) throws HubException {
    try {
      return work.run();
    } catch (IOException e) {
      throw translate(e, what, where);
    } catch (ReadOnlyFileSystemException e) {
      HubException denied =
          new HubException.Denied(what, "a writable place", "a read-only file system", where);
      denied.initCause(e);
      throw denied;
    }
  }

  /**
   * Translates a fault.
   *
   * @param what what was going on
   * @param where the place to name if the fault names none
   */
  static HubException translate(IOException fault, String what, Path where) {
    if (fault instanceof HubException known) {
      return known;
    }
    HubException told = classify(fault, what, place(fault, where), where);
    told.initCause(fault);
    return told;
  }

  private static HubException classify(IOException fault, String what, Object place, Path where) {
    String reason = reason(fault);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (FULL.matcher(lower).find()) {
      return new HubException.NoSpace(what, "room", "none: " + reason + free(where), place);
    }
    if (fault instanceof AccessDeniedException || REFUSED.matcher(lower).find()) {
      return new HubException.Denied(what, "permission", reason, place);
    }
    if (fault instanceof NotDirectoryException || lower.contains("not a directory")) {
      return new HubException.Denied(what, "a directory", "something else", place);
    }
    if (fault instanceof NoSuchFileException) {
      return new HubException.NotFound(what, "a file", "none", place);
    }
    return new HubException.Failed(what, "success", reason, place);
  }

  private static String reason(IOException fault) {
    if (fault instanceof FileSystemException named && named.getReason() != null) {
      return named.getReason();
    }
    if (fault instanceof AccessDeniedException) {
      return "access denied";
    }
    String kind = fault.getClass().getSimpleName();
    String message = fault.getMessage();
    return message == null || fault instanceof FileSystemException ? kind : message;
  }

  private static Object place(IOException fault, Path where) {
    boolean named = fault instanceof FileSystemException known && known.getFile() != null;
    return named ? ((FileSystemException) fault).getFile() : where;
  }

  private static String free(Path where) {
    try {
      Path there = where;
      while (there.getParent() != null && !Files.exists(there)) {
        there = there.getParent();
      }
      return ", " + Files.getFileStore(there).getUsableSpace() + " bytes free";
    } catch (IOException e) {
      // The figure only adds to the message; the fault that is being told matters.
      return "";
    }
  }
}
