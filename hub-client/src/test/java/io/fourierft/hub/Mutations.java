package io.fourierft.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Damage to a text that a parser must either read or refuse. */
public final class Mutations {
  private static final List<String> PIECES =
      List.of(
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "-1",
          "1e999",
          "9223372036854775808",
          "null",
          "true",
          "\\u0000",
          "../",
          "C:\\\\",
          "/",
          "\"\"",
          "[[[[",
          "sha512:",
          "{}",
          "0.5",
          "\n",
          "\u00e9");

  private Mutations() {}

  /** Reads what it is given, or throws. */
  public interface Reader {
    /**
     * Reads.
     *
     * @param bytes the damaged text
     * @throws IOException if it refuses them
     */
    void read(byte[] bytes) throws IOException;
  }

  /** Feeds damaged forms of a text; whatever is thrown must be a {@link HubException}. */
  public static int refused(byte[] good, int rounds, Reader reader) throws IOException {
    long seed = System.nanoTime();
    System.out.println("Mutations: seed " + seed);
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < rounds; i++) {
      byte[] bytes = good;
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        bytes = damage(bytes, random);
      }
      try {
        reader.read(bytes);
      } catch (HubException e) {
        refused++;
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed " + seed + ": " + new String(bytes, StandardCharsets.UTF_8), e);
      }
    }
    return refused;
  }

  private static byte[] damage(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = Math.min(bytes.length, from + random.nextInt(12));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    switch (random.nextInt(4)) {
      case 0 -> out.writeBytes(PIECES.get(random.nextInt(PIECES.size())).getBytes());
      case 1 -> out.write(random.nextInt(256));
      case 2 -> out.write(bytes, from, to - from);
      default -> {
        int other = random.nextInt(bytes.length + 1);
        out.write(bytes, other, Math.min(bytes.length - other, random.nextInt(40)));
      }
    }
    int rest = random.nextBoolean() ? to : from;
    out.write(bytes, rest, bytes.length - rest);
    return out.size() == 0 ? new byte[] {0} : out.toByteArray();
  }
}
