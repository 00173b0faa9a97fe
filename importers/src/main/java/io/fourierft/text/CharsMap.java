package io.fourierft.text;

import io.fourierft.importer.weights.ModelFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * SentencePiece's precompiled normalisation: the size of a double array in bytes, the array (which
 * maps texts to places), and the texts at those places. The library ends the process where it is
 * led out of the array or into a character, so every step that it can take is checked before.
 */
final class CharsMap {
  private static final int LEAF = 1 << 31;

  private final IntBuffer units;
  private final byte[] texts;

  private CharsMap(IntBuffer units, byte[] texts) {
    this.units = units;
    this.texts = texts;
  }

  /** Refuses a map that the library could not follow. */
  static void require(byte[] map, String origin) throws ModelFormatException {
    if (map.length == 0) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(map).order(ByteOrder.LITTLE_ENDIAN);
    long size = map.length < Integer.BYTES ? -1 : Integer.toUnsignedLong(buffer.getInt());
    if (size <= 0 || size % Integer.BYTES != 0 || size > buffer.remaining()) {
      throw wrong("an array of whole units", size + " bytes of " + map.length, origin);
    }
    byte[] texts = new byte[(int) (buffer.remaining() - size)];
    buffer.duplicate().position((int) (Integer.BYTES + size)).get(texts);
    IntBuffer units = buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    units.limit((int) (size / Integer.BYTES));
    CharsMap read = new CharsMap(units.slice(), texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw wrong("texts in UTF-8", "others", origin);
    }
    for (int at = 0; at < read.units.limit(); at++) {
      if (!read.followable(at)) {
        throw wrong("steps inside", "unit " + at + " that leads out", origin);
      }
    }
  }

  /** Whether each byte and the value behind a unit are there; leaves are never followed. */
  private boolean followable(int at) {
    int unit = units.get(at);
    if ((unit & LEAF) != 0) {
      return true;
    }
    int next = at ^ (unit >>> 10) << ((unit & 1 << 9) >>> 6);
    if (next < 0 || (next | 0xff) >= units.limit()) {
      return false;
    }
    int place = units.get(next) & ~LEAF;
    boolean valued = (unit >>> 8 & 1) == 1;
    return !valued || place <= texts.length && !inside(place);
  }

  /** Whether a place lies inside a character. */
  private boolean inside(int place) {
    return place < texts.length && (texts[place] & 0xc0) == 0x80;
  }

  private static ModelFormatException wrong(String expected, String found, String origin) {
    return new ModelFormatException(
        "precompiled_charsmap expected " + expected + " but found " + found + " (" + origin + ")");
  }
}
