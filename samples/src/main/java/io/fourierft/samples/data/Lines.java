package io.fourierft.samples.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** The lines of a UTF-8 text, strictly decoded and split at LF only. */
public final class Lines {
  /** Most bytes of a file that is read. */
  public static final int MAX_BYTES = 1 << 28;

  /** Takes one line. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes one line.
     *
     * @param line the line without its LF
     * @param where the file and line, for messages
     * @throws IOException if the line is not as it should be
     */
    void accept(String line, String where) throws IOException;
  }

  private Lines() {}

  /**
   * Hands every line on; an LF at the very end starts no further line.
   *
   * @param in the text, at most {@value #MAX_BYTES} bytes of it
   * @param name of the text, for messages
   * @param sink takes the lines
   * @throws BrokenDataException if the text is too large or no UTF-8
   * @throws IOException if it cannot be read, or the sink throws
   */
  public static void read(InputStream in, String name, Sink sink) throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new BrokenDataException("size", "at most " + MAX_BYTES + " bytes", "more", name);
    }
    int number = 1;
    for (int start = 0; start < bytes.length; number++) {
      int end = start;
      while (end < bytes.length && bytes[end] != '\n') {
        end++;
      }
      String where = name + ", line " + number;
      sink.accept(decode(bytes, start, end, where), where);
      start = end + 1;
    }
  }

  private static String decode(byte[] bytes, int start, int end, String where)
      throws BrokenDataException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, start, end - start))
          .toString();
    } catch (CharacterCodingException broken) {
      String lossy = new String(bytes, start, end - start, StandardCharsets.UTF_8);
      throw new BrokenDataException("line", "UTF-8", lossy, where);
    }
  }
}
