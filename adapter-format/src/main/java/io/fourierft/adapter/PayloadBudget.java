package io.fourierft.adapter;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.adapter.proto.LayerBlockMessage;
import io.fourierft.adapter.proto.TensorMessage;
import java.io.IOException;

/**
 * Bounds what a payload can make the parser allocate. Numbers take as much memory as their bytes;
 * everything else, such as empty messages, may take many times its size, so it may fill {@value
 * #MAX_METADATA} bytes at most.
 */
final class PayloadBudget {
  /** Limit of all that is not coefficients or tensor data. */
  static final int MAX_METADATA = 8 << 20;

  private PayloadBudget() {}

  static void check(byte[] payload, String where)
      throws InvalidProtocolBufferException, AdapterFormatException {
    long metadata;
    try {
      metadata = payload.length - numberBytes(CodedInputStream.newInstance(payload));
    } catch (InvalidProtocolBufferException e) {
      throw e;
    } catch (IOException e) {
      throw new InvalidProtocolBufferException(e);
    }
    if (metadata > MAX_METADATA) {
      throw new AdapterFormatException.Invalid(
          "payload expected at most "
              + MAX_METADATA
              + " bytes beside its numbers but found "
              + metadata
              + " ("
              + where
              + ")");
    }
  }

  private static long numberBytes(CodedInputStream in) throws IOException {
    long bytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean message = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      if (message && field == AdapterMessage.LAYERS_FIELD_NUMBER) {
        bytes += inside(in, LayerBlockMessage.COEFFICIENTS_FIELD_NUMBER);
      } else if (message && field == AdapterMessage.TENSORS_FIELD_NUMBER) {
        bytes += inside(in, TensorMessage.DATA_FIELD_NUMBER);
      } else {
        in.skipField(tag);
      }
    }
    return bytes;
  }

  private static long inside(CodedInputStream in, int wanted) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    long bytes = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int before = in.getTotalBytesRead();
      in.skipField(tag);
      if (WireFormat.getTagFieldNumber(tag) == wanted) {
        bytes = in.getTotalBytesRead() - before; // the last one wins in the parser, too
      }
    }
    in.popLimit(outer);
    return bytes;
  }
}
