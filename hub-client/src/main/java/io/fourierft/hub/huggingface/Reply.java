package io.fourierft.hub.huggingface;

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
record Reply(int status, URI uri, HttpHeaders headers, HttpHeaders first, InputStream body)
    implements AutoCloseable {
  boolean isGood() {
    return status >= 200 && status < 300;
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
