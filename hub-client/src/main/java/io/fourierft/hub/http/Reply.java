package io.fourierft.hub.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.util.Optional;

/**
 * What a server answered.
 *
 * @param status the status of the last hop
 * @param uri the address of the last hop
 * @param headers the headers of the last hop
 * @param first the headers of the first hop, which speaks for the hub when others hold its files
 * @param body the body of the last hop; reading it ends when the server stays silent too long
 */
public record Reply(int status, URI uri, HttpHeaders headers, HttpHeaders first, InputStream body)
    implements AutoCloseable {
  /**
   * Whether the server did what was asked.
   *
   * @return whether the status is one of success
   */
  public boolean isGood() {
    return status >= 200 && status < 300;
  }

  /**
   * A header of the last hop.
   *
   * @param name its name
   * @return its value, if there is one
   */
  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
