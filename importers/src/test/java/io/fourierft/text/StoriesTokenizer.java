package io.fourierft.text;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** tokenizer.model of stories260K out of llama2.c's tok512.bin, which lacks the kinds of pieces. */
public final class StoriesTokenizer {
  private static final int BYTES_FROM = 3;
  private static final int BYTES_TO = 259;

  private StoriesTokenizer() {}

  /** Writes the file. */
  public static void write(Path data, Path target) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(Files.readAllBytes(data.resolve("stories260K/tok512.bin")));
    source.order(ByteOrder.LITTLE_ENDIAN).getInt();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(file);
    for (int id = 0; source.hasRemaining(); id++) {
      float score = source.getFloat();
      byte[] text = new byte[source.getInt()];
      source.get(text);
      out.writeBytes(1, piece(id, score, new String(text, StandardCharsets.UTF_8)));
    }
    out.writeBytes(2, settings(3, 2, 35, 1));
    out.writeBytes(3, settings(3, 1, 4, 0));
    out.flush();
    Files.write(target, file.toByteArray());
  }

  private static ByteString piece(int id, float score, String text) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeString(1, id < BYTES_FROM ? text.strip() : text.replace(' ', '\u2581'));
    out.writeFloat(2, score);
    out.writeEnum(3, id == 0 ? 2 : id < BYTES_FROM ? 3 : id < BYTES_TO ? 6 : 1);
    out.flush();
    return ByteString.copyFrom(message.toByteArray());
  }

  private static ByteString settings(int first, int one, int second, int two) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(message);
    out.writeInt32(first, one);
    out.writeInt32(second, two);
    out.flush();
    return ByteString.copyFrom(message.toByteArray());
  }
}
