package io.fourierft.hub.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long to wait before a request is sent again. */
final class Delays {
  /** Servers count requests in windows of five minutes; longer waits are the caller's to make. */
  static final Duration LONGEST = Duration.ofSeconds(310);

  private static final Duration LONGEST_OWN = Duration.ofSeconds(8);

  /** {@code "api";r=0;t=55}: in 55 seconds the next window begins. */
  private static final Pattern WINDOW = Pattern.compile(";\\s*t=([0-9]{1,6})\\s*(;|,|$)");

  private Delays() {}

  static Duration after(Reply reply, int attempt) {
    if (reply.status() == 429) {
      Matcher window = WINDOW.matcher(reply.header("RateLimit").orElse(""));
      if (window.find()) {
        return Duration.ofSeconds(Long.parseLong(window.group(1)) + 1);
      }
    }
    return reply.header("Retry-After").flatMap(Delays::stated).orElse(backOff(attempt));
  }

  private static Optional<Duration> stated(String text) {
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant then = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration until = Duration.between(Instant.now(), then);
      return Optional.of(until.isNegative() ? Duration.ZERO : until);
    } catch (DateTimeException e) {
      // A header that says nothing is as good as none.
      return Optional.empty();
    }
  }

  static Duration backOff(int attempt) {
    Duration delay = Duration.ofSeconds(1L << (attempt - 1));
    return delay.compareTo(LONGEST_OWN) > 0 ? LONGEST_OWN : delay;
  }
}
