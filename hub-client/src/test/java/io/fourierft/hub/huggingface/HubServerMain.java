package io.fourierft.hub.huggingface;

import java.io.IOException;

/** The test server in a process of its own, for the tests of other modules. */
final class HubServerMain {
  private HubServerMain() {}

  /** Says where the server is, then what it had to refuse once the input ends. */
  public static void main(String[] arguments) throws IOException {
    try (HubServer server = new HubServer()) {
      System.out.println(server.url());
      System.out.flush();
      while (System.in.read() >= 0) {
        continue;
      }
      server.wrong.forEach(System.out::println);
    }
  }
}
