package io.fourierft.adapter;

import com.google.protobuf.InvalidProtocolBufferException;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.adapter.proto.BaseModelMessage;
import io.fourierft.adapter.proto.EntryListMessage;
import io.fourierft.adapter.proto.EntryRuleMessage;
import io.fourierft.adapter.proto.ExplicitMessage;
import io.fourierft.adapter.proto.FingerprintMessage;
import io.fourierft.adapter.proto.PeftMessage;
import io.fourierft.adapter.proto.ProvenanceMessage;
import io.fourierft.adapter.proto.TaskMessage;
import io.fourierft.adapter.proto.TensorMessage;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Turns a message into an adapter, refusing what breaks a rule. */
final class MessageDecoder {
  private MessageDecoder() {}

  static AdapterMessage parse(byte[] payload, String where) throws AdapterFormatException {
    try {
      PayloadBudget.check(payload, where);
      return AdapterMessage.parseFrom(payload);
    } catch (InvalidProtocolBufferException e) {
      throw new AdapterFormatException.Corrupt(
          "payload expected an adapter message but found " + e.getMessage() + " (" + where + ")",
          e);
    }
  }

  static Adapter decode(AdapterMessage message, String where) throws AdapterFormatException {
    try {
      return Adapter.builder()
          .baseModel(baseModel(message.getBaseModel()))
          .rule(rule(message.getRule(), where))
          .basis(Enums.fromProto(message.getBasis(), where))
          .basisSeed(message.getBasisSeed())
          .scaling(message.getScaling())
          .init(Enums.fromProto(message.getInit(), where))
          .bias(Enums.fromProto(message.getBias(), where))
          .layers(LayerBlocks.decode(message.getLayersList(), where))
          .tensors(tensors(message.getTensorsList(), where))
          .task(task(message.getTask()))
          .provenance(provenance(message.getProvenance()))
          .peft(peft(message.getPeft()))
          .residue(UnknownFields.of(message))
          .build();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw AdapterFormatException.Invalid.of(e, where);
    }
  }

  private static BaseModel baseModel(BaseModelMessage message) {
    FingerprintMessage print = message.getFingerprint();
    String digest = HexFormat.of().formatHex(print.getWeightsSha256().toByteArray());
    return new BaseModel(
        message.getId(),
        message.getRevision(),
        new Fingerprint(print.getArchitecture(), print.getSizesMap(), digest));
  }

  private static EntryRule rule(EntryRuleMessage message, String where)
      throws AdapterFormatException {
    return switch (message.getKindCase()) {
      case SEEDED ->
          new EntryRule.Seeded(
              message.getSeeded().getSeed(),
              Enums.fromProto(message.getSeeded().getAlgorithm(), where));
      case BAND_PASS ->
          new EntryRule.BandPass(
              message.getBandPass().getSeed(),
              message.getBandPass().getCenterFrequency(),
              message.getBandPass().getBandwidth());
      case EXPLICIT -> explicit(message.getExplicit());
      case KIND_NOT_SET -> {
        if (message.getUnknownFields().asMap().isEmpty()) {
          throw new AdapterFormatException.Invalid(
              "entry rule expected one kind but found none (" + where + ")");
        }
        throw new AdapterFormatException.TooNew(
            "entry rule expected a kind of this version but found one of a later version ("
                + where
                + ")");
      }
    };
  }

  private static EntryRule explicit(ExplicitMessage message) {
    List<EntryList> lists = new ArrayList<>();
    for (EntryListMessage list : message.getListsList()) {
      long[] flat = new long[list.getFlatCount()];
      for (int l = 0; l < flat.length; l++) {
        flat[l] = list.getFlat(l);
      }
      lists.add(new EntryList(list.getRows(), list.getCols(), flat));
    }
    return new EntryRule.Explicit(lists);
  }

  private static List<NamedTensor> tensors(List<TensorMessage> messages, String where)
      throws AdapterFormatException {
    List<NamedTensor> tensors = new ArrayList<>();
    for (TensorMessage message : messages) {
      StorageType type = Enums.fromProto(message.getType(), where);
      long[] shape = message.getShapeList().stream().mapToLong(Long::longValue).toArray();
      long elements = NamedTensor.elements(message.getName(), shape);
      if (elements * type.bytes() != message.getData().size()) {
        throw new AdapterFormatException.WrongCount(
            String.format(
                "tensor expected %d bytes but found %d (%s in %s)",
                elements * type.bytes(), message.getData().size(), message.getName(), where));
      }
      ByteBuffer data = message.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      tensors.add(new NamedTensor(message.getName(), shape, type.get(data, (int) elements)));
    }
    return tensors;
  }

  private static Task task(TaskMessage message) {
    return new Task(
        message.getKind(), message.getLabelsList(), message.getTokenizer(), message.getMaxLength());
  }

  private static Provenance provenance(ProvenanceMessage message) {
    return new Provenance(
        message.getLibraryVersion(),
        message.getCreated(),
        message.getDataDigest(),
        message.getHyperparametersMap(),
        message.getMetricsMap());
  }

  private static PeftFacts peft(PeftMessage message) {
    return new PeftFacts(
        message.getConfigMap(), message.getDtypesMap(), message.getKeysMap(), message.getLayers());
  }
}
