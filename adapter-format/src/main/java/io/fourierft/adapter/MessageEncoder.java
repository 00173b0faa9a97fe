package io.fourierft.adapter;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.adapter.proto.BandPassMessage;
import io.fourierft.adapter.proto.BaseModelMessage;
import io.fourierft.adapter.proto.EntryListMessage;
import io.fourierft.adapter.proto.EntryRuleMessage;
import io.fourierft.adapter.proto.ExplicitMessage;
import io.fourierft.adapter.proto.FingerprintMessage;
import io.fourierft.adapter.proto.PeftMessage;
import io.fourierft.adapter.proto.ProvenanceMessage;
import io.fourierft.adapter.proto.SeededMessage;
import io.fourierft.adapter.proto.TaskMessage;
import io.fourierft.adapter.proto.TensorMessage;
import io.fourierft.spectral.EntryList;
import io.fourierft.spectral.EntryRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Turns an adapter into its message. */
final class MessageEncoder {
  private MessageEncoder() {}

  static AdapterMessage encode(Adapter adapter, StorageType coefficients, StorageType tensors) {
    AdapterMessage.Builder message =
        AdapterMessage.newBuilder()
            .setRule(rule(adapter.rule()))
            .setBasis(Enums.toProto(adapter.basis()))
            .setBasisSeed(adapter.basisSeed())
            .setScaling(adapter.scaling())
            .setInit(Enums.toProto(adapter.init()))
            .setBias(Enums.toProto(adapter.bias()))
            .addAllLayers(LayerBlocks.encode(adapter.layers(), coefficients));
    adapter.tensors().forEach(tensor -> message.addTensors(tensor(tensor, tensors)));
    BaseModelMessage base = baseModel(adapter.baseModel());
    if (!base.equals(BaseModelMessage.getDefaultInstance())) {
      message.setBaseModel(base);
    }
    TaskMessage task = task(adapter.task());
    if (!task.equals(TaskMessage.getDefaultInstance())) {
      message.setTask(task);
    }
    ProvenanceMessage provenance = provenance(adapter.provenance());
    if (!provenance.equals(ProvenanceMessage.getDefaultInstance())) {
      message.setProvenance(provenance);
    }
    PeftMessage peft = peft(adapter.peft());
    if (!peft.equals(PeftMessage.getDefaultInstance())) {
      message.setPeft(peft);
    }
    UnknownFields.graft(adapter.residue(), message);
    return message.build();
  }

  private static BaseModelMessage baseModel(BaseModel base) {
    BaseModelMessage.Builder message =
        BaseModelMessage.newBuilder().setId(base.id()).setRevision(base.revision());
    Fingerprint fingerprint = base.fingerprint();
    if (!fingerprint.equals(Fingerprint.unknown())) {
      byte[] digest = HexFormat.of().parseHex(fingerprint.weightsSha256());
      message.setFingerprint(
          FingerprintMessage.newBuilder()
              .setArchitecture(fingerprint.architecture())
              .putAllSizes(fingerprint.sizes())
              .setWeightsSha256(ByteString.copyFrom(digest)));
    }
    return message.build();
  }

  private static EntryRuleMessage rule(EntryRule rule) {
    EntryRuleMessage.Builder message = EntryRuleMessage.newBuilder();
    if (rule instanceof EntryRule.Seeded seeded) {
      message.setSeeded(
          SeededMessage.newBuilder()
              .setSeed(seeded.seed())
              .setAlgorithm(Enums.toProto(seeded.algorithm())));
    } else if (rule instanceof EntryRule.BandPass bandPass) {
      message.setBandPass(
          BandPassMessage.newBuilder()
              .setSeed(bandPass.seed())
              .setCenterFrequency(bandPass.centerFrequency())
              .setBandwidth(bandPass.bandwidth()));
    } else if (rule instanceof EntryRule.Explicit explicit) {
      ExplicitMessage.Builder lists = ExplicitMessage.newBuilder();
      explicit.lists().forEach(list -> lists.addLists(entryList(list)));
      message.setExplicit(lists);
    }
    return message.build();
  }

  private static EntryListMessage entryList(EntryList list) {
    EntryListMessage.Builder message =
        EntryListMessage.newBuilder().setRows(list.rows()).setCols(list.cols());
    for (int l = 0; l < list.size(); l++) {
      message.addFlat(list.flat(l));
    }
    return message.build();
  }

  private static TensorMessage tensor(NamedTensor tensor, StorageType type) {
    TensorMessage.Builder message =
        TensorMessage.newBuilder().setName(tensor.name()).setType(Enums.toProto(type));
    for (long side : tensor.shape()) {
      message.addShape(side);
    }
    long bytes = (long) tensor.size() * type.bytes();
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    type.put(tensor.values(), data, tensor.name());
    return message.setData(UnsafeByteOperations.unsafeWrap(data.flip())).build();
  }

  private static TaskMessage task(Task task) {
    return TaskMessage.newBuilder()
        .setKind(task.kind())
        .addAllLabels(task.labels())
        .setTokenizer(task.tokenizer())
        .setMaxLength(task.maxLength())
        .build();
  }

  private static ProvenanceMessage provenance(Provenance provenance) {
    return ProvenanceMessage.newBuilder()
        .setLibraryVersion(provenance.libraryVersion())
        .setCreated(provenance.created())
        .setDataDigest(provenance.dataDigest())
        .putAllHyperparameters(provenance.hyperparameters())
        .putAllMetrics(provenance.metrics())
        .build();
  }

  private static PeftMessage peft(PeftFacts peft) {
    return PeftMessage.newBuilder()
        .putAllConfig(peft.config())
        .putAllDtypes(peft.dtypes())
        .putAllKeys(peft.keys())
        .setLayers(peft.layers())
        .build();
  }
}
