package io.fourierft.hub.http;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.util.Optional;

/** What the protocols of hubs have each their own way of: saying who asks, and saying no. */
public interface Dialect {
  /**
   * Identifies the caller to the origin of the endpoint.
   *
   * @param call what is about to be sent there
   * @return the value of the Authorization header, if there is to be one
   * @throws IOException if the caller cannot be identified
   */
  Optional<String> authorization(Call call) throws IOException;

  /**
   * Learns from a 401 of the endpoint's origin how the caller is to be identified.
   *
   * @param call what was refused
   * @param reply the refusal, whose body need not be read
   * @return whether the call is worth sending again
   * @throws IOException if the challenge cannot be met
   */
  boolean learns(Call call, Reply reply) throws IOException;

  /**
   * Tells what a reply that is no success means.
   *
   * @param reply the reply, closed by the caller
   * @param what what was asked for
   * @return the exception to throw
   * @throws IOException if the reply cannot be read
   */
  HubException refusal(Reply reply, String what) throws IOException;

  /**
   * Takes secrets out of a text that a server may have made of what it was sent.
   *
   * @param text the text
   * @return the text without them
   */
  String redact(String text);
}
