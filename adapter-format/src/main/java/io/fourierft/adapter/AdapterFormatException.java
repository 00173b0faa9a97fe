package io.fourierft.adapter;

import java.io.IOException;

/** An adapter that cannot be used as it is. The message names its file. */
public abstract sealed class AdapterFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  private AdapterFormatException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The file is of a format version that is no longer read. */
  public static final class TooOld extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public TooOld(String message) {
      super(message, null);
    }
  }

  /** The file is of a later format, or uses values only a later library knows. */
  public static final class TooNew extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public TooNew(String message) {
      super(message, null);
    }
  }

  /** The bytes are not those that were written, or never were an adapter. */
  public static final class Corrupt extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public Corrupt(String message) {
      super(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     * @param cause what went wrong underneath
     */
    public Corrupt(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The bytes are as written, but their content breaks a rule: a layer twice, a coefficient that is
   * not finite, a count that does not match.
   */
  public static sealed class Invalid extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public Invalid(String message) {
      super(message, null);
    }

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     * @param cause what went wrong underneath
     */
    public Invalid(String message, Throwable cause) {
      super(message, cause);
    }

    /**
     * Returns the exception for values that break a rule of adapters.
     *
     * @param cause what the values said
     * @param where where they come from
     * @return the exception of the rule
     */
    public static Invalid of(RuntimeException cause, String where) {
      String message = cause.getMessage() + " (" + where + ")";
      if (!(cause instanceof BrokenRule rule)) {
        return new Invalid(message, cause);
      }
      return switch (rule.kind()) {
        case DUPLICATE -> new Duplicate(message, cause);
        case NOT_FINITE -> new NotFinite(message, cause);
        case COUNT -> new WrongCount(message, cause);
      };
    }
  }

  /** A layer or a tensor is there twice. */
  public static final class Duplicate extends Invalid {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     * @param cause what went wrong underneath
     */
    public Duplicate(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A coefficient, a trained number or the scaling is NaN or infinite. */
  public static final class NotFinite extends Invalid {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     * @param cause what went wrong underneath
     */
    public NotFinite(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** There are more or fewer numbers than what is said about them. */
  public static final class WrongCount extends Invalid {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public WrongCount(String message) {
      super(message);
    }

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     * @param cause what went wrong underneath
     */
    public WrongCount(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The base model at hand is of another architecture, or has other weights. */
  public static final class WrongBase extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public WrongBase(String message) {
      super(message, null);
    }
  }

  /** A size of the base model at hand, or the shape of one of its layers, is another. */
  public static final class WrongShape extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public WrongShape(String message) {
      super(message, null);
    }
  }

  /** The base model at hand has no linear layer of a name. */
  public static final class MissingLayer extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public MissingLayer(String message) {
      super(message, null);
    }
  }

  /** A PEFT directory of another method than FourierFT. */
  public static final class OtherMethod extends AdapterFormatException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was expected, what was found, and where
     */
    public OtherMethod(String message) {
      super(message, null);
    }
  }
}
