package io.fourierft.text;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.fourierft.importer.weights.ModelFormatException;
import io.fourierft.io.FileKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A SentencePiece {@code tokenizer.model}: the pieces and those settings that decide what a text
 * becomes. Read off the protobuf wire format.
 *
 * @param pieces the vocabulary, a piece's id is its index
 * @param unigram whether the most probable segmentation is sought (Kudo, 2018); merges otherwise
 * @param byteFallback whether unknown characters become their bytes
 * @param charsMap precompiled normalisation, empty for none
 */
record SentencePieceModel(
    List<Piece> pieces, boolean unigram, boolean byteFallback, byte[] charsMap) {
  private static final int MOST_PIECES = 4 << 20;

  /** Longest piece; each of its places is looked at for a merge. SentencePiece makes 16 at most. */
  private static final int LONGEST_PIECE = 256;

  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  /** What a piece is for; the order is that of the file's numbers, from 1. */
  enum Kind {
    NORMAL,
    UNKNOWN,
    CONTROL,
    USER_DEFINED,
    UNUSED,
    BYTE
  }

  /** One piece. */
  record Piece(String text, float score, Kind kind) {}

  @FunctionalInterface
  private interface Field {
    /** Reads a field's value and answers true, or answers false to have it skipped. */
    boolean read(CodedInputStream input, int tag) throws IOException;
  }

  /** What has been read so far. */
  private static final class Draft {
    private final List<Piece> pieces = new ArrayList<>();
    private int type = UNIGRAM;
    private boolean byteFallback;
    private byte[] charsMap = new byte[0];

    private boolean top(CodedInputStream input, int tag) throws IOException {
      if (tag == bytes(1)) {
        if (pieces.size() == MOST_PIECES) {
          throw new InvalidProtocolBufferException("more than " + MOST_PIECES + " pieces");
        }
        pieces.add(piece(input.readByteArray()));
      } else if (tag == bytes(2)) {
        fields(input.readByteArray(), this::trainer);
      } else if (tag == bytes(3)) {
        fields(input.readByteArray(), this::normalizer);
      } else {
        return false;
      }
      return true;
    }

    private boolean trainer(CodedInputStream input, int tag) throws IOException {
      if (tag == number(3)) {
        type = input.readEnum();
      } else if (tag == number(35)) {
        byteFallback = input.readBool();
      } else {
        return false;
      }
      return true;
    }

    private boolean normalizer(CodedInputStream input, int tag) throws IOException {
      if (tag != bytes(2)) {
        return false;
      }
      charsMap = input.readByteArray();
      return true;
    }
  }

  private static int bytes(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  private static int number(int field) {
    return field << 3 | WireFormat.WIRETYPE_VARINT;
  }

  private static void fields(byte[] message, Field field) throws IOException {
    CodedInputStream input = CodedInputStream.newInstance(message);
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      if (!field.read(input, tag) && !input.skipField(tag)) {
        throw new InvalidProtocolBufferException("the end of a group");
      }
    }
  }

  private static Piece piece(byte[] message) throws IOException {
    String[] text = {""};
    float[] score = {0};
    int[] kind = {1};
    fields(
        message,
        (input, tag) -> {
          if (tag == bytes(1)) {
            text[0] = input.readStringRequireUtf8();
          } else if (tag == (2 << 3 | WireFormat.WIRETYPE_FIXED32)) {
            score[0] = input.readFloat();
          } else if (tag == number(3)) {
            kind[0] = input.readEnum();
          } else {
            return false;
          }
          return true;
        });
    if (kind[0] < 1 || kind[0] > Kind.values().length) {
      throw new InvalidProtocolBufferException("a piece of kind " + kind[0]);
    }
    if (text[0].length() > LONGEST_PIECE) {
      throw new InvalidProtocolBufferException(
          "a piece of " + text[0].length() + " characters, more than " + LONGEST_PIECE);
    }
    return new Piece(text[0], score[0], Kind.values()[kind[0] - 1]);
  }

  static SentencePieceModel read(byte[] file, String origin) throws IOException {
    Draft draft = new Draft();
    try {
      fields(file, draft::top);
    } catch (InvalidProtocolBufferException e) {
      byte[] start = Arrays.copyOf(file, Math.min(file.length, FileKind.START));
      throw new ModelFormatException(
          "tokenizer.model expected a SentencePiece model but found "
              + FileKind.recognise(start).orElse("a damaged one: " + e.getMessage())
              + " ("
              + origin
              + ")",
          e);
    }
    if (draft.pieces.isEmpty() || draft.type != UNIGRAM && draft.type != BPE) {
      throw new ModelFormatException(
          "tokenizer.model expected pieces of the type unigram (1) or BPE (2) but found "
              + draft.pieces.size()
              + " of type "
              + draft.type
              + " ("
              + origin
              + ")");
    }
    CharsMap.require(draft.charsMap, origin);
    return new SentencePieceModel(
        List.copyOf(draft.pieces), draft.type == UNIGRAM, draft.byteFallback, draft.charsMap);
  }
}
