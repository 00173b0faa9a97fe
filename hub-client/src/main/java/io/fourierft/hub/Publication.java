package io.fourierft.hub;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What to publish: files, what they are, and what the publisher says about them. */
public final class Publication {
  /** The most files that a version holds. */
  public static final int MAX_FILES = 1000;

  private static final int MAX_MESSAGE = 10_000;

  private final SortedMap<String, Path> files;
  private final String message;
  private final Metadata metadata;
  private final Optional<String> expectedParent;
  private final TransferListener listener;

  private Publication(Builder builder) {
    this.files = Collections.unmodifiableSortedMap(new TreeMap<>(builder.files));
    this.message = builder.message;
    this.metadata = builder.metadata;
    this.expectedParent = builder.expectedParent;
    this.listener = builder.listener;
  }

  /**
   * Begins a publication.
   *
   * @return a builder without files
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The files to publish.
   *
   * @return the source of each path, in the order of the paths
   */
  public SortedMap<String, Path> files() {
    return files;
  }

  /**
   * What the publisher says.
   *
   * @return the message, may be empty
   */
  public String message() {
    return message;
  }

  /**
   * What the publication says of itself.
   *
   * @return the metadata
   */
  public Metadata metadata() {
    return metadata;
  }

  /**
   * The version that must be the newest one for the publication to take place.
   *
   * @return its id, or the empty text if there must be no version yet; nothing if any will do
   */
  public Optional<String> expectedParent() {
    return expectedParent;
  }

  /**
   * Who is told how far the files have come.
   *
   * @return the listener
   */
  public TransferListener listener() {
    return listener;
  }

  /** Gathers a publication. Not safe for use by several threads. */
  public static final class Builder {
    private final SortedMap<String, Path> files = new TreeMap<>();
    private final SortedMap<String, String> taken = new TreeMap<>();
    private String message = "";
    private Metadata metadata = Metadata.EMPTY;
    private Optional<String> expectedParent = Optional.empty();
    private TransferListener listener = TransferListener.SILENT;

    private Builder() {}

    /**
     * Adds a file, read when the publication takes place.
     *
     * @param path its path in the version, with {@code /} between the names
     * @param source the file to read
     * @return this builder
     * @throws IllegalArgumentException if some system could not keep the path, alone or beside the
     *     paths added before
     */
    public Builder file(String path, Path source) {
      PathSets.add(taken, path);
      files.put(path, Objects.requireNonNull(source, "source"));
      return this;
    }

    /**
     * Sets the message.
     *
     * @param text what to say about this version
     * @return this builder
     */
    public Builder message(String text) {
      message = Texts.bounded("message", text, MAX_MESSAGE);
      return this;
    }

    /**
     * Sets the metadata.
     *
     * @param value what the publication says of itself
     * @return this builder
     */
    public Builder metadata(Metadata value) {
      metadata = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Publishes only if this version is the newest one.
     *
     * @param version its full id
     * @return this builder
     */
    public Builder expectedParent(String version) {
      if (version.isEmpty()) {
        throw new IllegalArgumentException("expected parent expected a version id but found none");
      }
      expectedParent = Optional.of(version);
      return this;
    }

    /**
     * Publishes only if the repository has no version yet.
     *
     * @return this builder
     */
    public Builder expectedNew() {
      expectedParent = Optional.of("");
      return this;
    }

    /**
     * Has somebody told how far the files have come.
     *
     * @param value who
     * @return this builder
     */
    public Builder listener(TransferListener value) {
      listener = Objects.requireNonNull(value, "value");
      return this;
    }

    /**
     * Makes the publication.
     *
     * @return the publication
     * @throws IllegalArgumentException if it has no file or too many
     */
    public Publication build() {
      if (files.isEmpty() || files.size() > MAX_FILES) {
        throw new IllegalArgumentException(
            "publication expected 1 to " + MAX_FILES + " files but found " + files.size());
      }
      return new Publication(this);
    }
  }
}
