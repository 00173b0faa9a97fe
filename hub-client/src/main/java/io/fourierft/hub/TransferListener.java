package io.fourierft.hub;

/** Is told how far files have come on their way to or from a hub, by any thread. */
@FunctionalInterface
public interface TransferListener {
  /** Listens to nothing. */
  TransferListener SILENT = (path, done, size) -> {};

  /**
   * Some bytes of a file have arrived, or all of them were there already. A broken transfer that
   * begins anew goes back.
   *
   * @param path the path of the file in its version
   * @param done how many of its bytes are where they should be
   * @param size how many it has
   */
  void moved(String path, long done, long size);
}
