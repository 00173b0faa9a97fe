package io.fourierft.hub;

import io.fourierft.hub.sign.SignaturePolicy;
import java.nio.file.Path;
import java.util.Objects;

/** Where fetched files go, and how many bytes are welcome. */
public final class FetchOptions {
  /** The environment variable that names the cache directory. */
  public static final String ENVIRONMENT = "FOURIERFT_CACHE";

  private static final long DEFAULT_MAX_BYTES = 16L << 30;

  private final Path cache;
  private final long maxBytes;
  private final boolean cacheChosen;
  private final boolean offline;
  private final TransferListener listener;
  private final SignaturePolicy signatures;

  private FetchOptions(
      Path cache,
      long maxBytes,
      boolean cacheChosen,
      boolean offline,
      TransferListener listener,
      SignaturePolicy signatures) {
    this.cache = cache.toAbsolutePath().normalize();
    this.maxBytes = maxBytes;
    this.cacheChosen = cacheChosen;
    this.offline = offline;
    this.listener = Objects.requireNonNull(listener, "listener");
    this.signatures = Objects.requireNonNull(signatures, "signatures");
  }

  /**
   * The cache that {@value #ENVIRONMENT} names, else {@code ~/.fourierft/cache}; at most 16 GiB.
   *
   * @return the options
   */
  public static FetchOptions defaults() {
    String configured = System.getenv(ENVIRONMENT);
    Path cache =
        configured == null || configured.isBlank()
            ? Homes.dotDirectory().resolve("cache")
            : Homes.expand(configured);
    return new FetchOptions(
        cache, DEFAULT_MAX_BYTES, false, false, TransferListener.SILENT, SignaturePolicy.NONE);
  }

  /**
   * Puts fetched files elsewhere.
   *
   * @param directory the cache directory
   * @return the changed options
   */
  public FetchOptions withCache(Path directory) {
    return new FetchOptions(directory, maxBytes, true, offline, listener, signatures);
  }

  /**
   * Bounds what one fetch may bring.
   *
   * @param most the most bytes that all files of a version may have together
   * @return the changed options
   */
  public FetchOptions withMaxBytes(long most) {
    if (most < 0) {
      throw new IllegalArgumentException("size limit expected 0 or more but found " + most);
    }
    return new FetchOptions(cache, most, cacheChosen, offline, listener, signatures);
  }

  /**
   * Decides whether the hub may be asked.
   *
   * @param only whether to take everything from the cache
   * @return the changed options
   */
  public FetchOptions withOffline(boolean only) {
    return new FetchOptions(cache, maxBytes, cacheChosen, only, listener, signatures);
  }

  /**
   * Has somebody told how far the files have come.
   *
   * @param told who
   * @return the changed options
   */
  public FetchOptions withListener(TransferListener told) {
    return new FetchOptions(cache, maxBytes, cacheChosen, offline, told, signatures);
  }

  /**
   * Decides whether files must be signed.
   *
   * @param policy whose signature counts
   * @return the changed options
   */
  public FetchOptions withSignatures(SignaturePolicy policy) {
    return new FetchOptions(cache, maxBytes, cacheChosen, offline, listener, policy);
  }

  /**
   * The cache directory.
   *
   * @return an absolute path
   */
  public Path cache() {
    return cache;
  }

  /**
   * Whether the caller chose the cache directory. A hub that shares a cache with other software
   * uses that one unless it was.
   *
   * @return whether {@link #withCache} was called
   */
  public boolean cacheChosen() {
    return cacheChosen;
  }

  /**
   * Whether everything is taken from the cache.
   *
   * @return true if the hub must not be asked
   */
  public boolean offline() {
    return offline;
  }

  /**
   * Who is told how far the files have come.
   *
   * @return the listener
   */
  public TransferListener listener() {
    return listener;
  }

  /**
   * The most bytes that one fetch may bring.
   *
   * @return the limit in bytes
   */
  public long maxBytes() {
    return maxBytes;
  }

  /**
   * Whether files must be signed.
   *
   * @return the policy
   */
  public SignaturePolicy signatures() {
    return signatures;
  }
}
