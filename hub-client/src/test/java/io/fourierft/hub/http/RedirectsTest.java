package io.fourierft.hub.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fourierft.hub.HubException;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;

class RedirectsTest {
  private static final URI FROM = URI.create("https://hub.example/a/b");

  @Test
  void encryptionIsNeverGivenUp() {
    assertThatThrownBy(() -> Redirects.next(FROM, "http://hub.example/a?signature=secret"))
        .isInstanceOf(HubException.Denied.class)
        .hasMessage(
            "redirect expected https but found http://hub.example/a (https://hub.example/a/b)");
  }

  @Test
  void relativeAndForeignAddressesAreFollowed() throws IOException {
    assertThat(Redirects.next(FROM, "../c")).hasToString("https://hub.example/c");
    assertThat(Redirects.next(FROM, "//cdn.example/x")).hasToString("https://cdn.example/x");
    assertThat(Redirects.next(URI.create("http://h/a"), "https://h/b")).hasToString("https://h/b");
  }

  @Test
  void addressesThatAreNoneAreRefused() {
    assertThatThrownBy(() -> Redirects.next(FROM, "http://["))
        .isInstanceOf(HubException.Failed.class);
    assertThatThrownBy(() -> Redirects.next(FROM, "https://user@cdn.example/"))
        .isInstanceOf(HubException.Denied.class)
        .hasMessageNotContaining("user");
  }

  @Test
  void onlyReadingIsSentElsewhere() throws IOException {
    URI to = URI.create("https://cdn.example/x");
    Redirects.requireRepeatable(Call.get(FROM), FROM, to, false);
    Redirects.requireRepeatable(Call.json("POST", FROM, "{}"), FROM, to, true);
    assertThatThrownBy(
            () -> Redirects.requireRepeatable(Call.json("POST", FROM, "{}"), FROM, to, false))
        .isInstanceOf(HubException.Denied.class)
        .hasMessageStartingWith("POST request expected no redirect");
  }
}
