package io.fourierft.adapter;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.fourierft.adapter.proto.AdapterMessage;
import java.util.List;
import java.util.Map;

/**
 * Carries fields of later versions from a message that was read to the one that is written. They
 * stay where they were: in the message itself, in the parts there can be one of, and in repeated
 * parts as long as these are as many as before and begin with the same field.
 */
final class UnknownFields {
  private UnknownFields() {}

  /** Returns the message without its numbers if it holds unknown fields, else an empty message. */
  static AdapterMessage of(AdapterMessage message) {
    if (!anyIn(message)) {
      return AdapterMessage.getDefaultInstance();
    }
    AdapterMessage.Builder slim = message.toBuilder();
    slim.getLayersBuilderList().forEach(layer -> layer.clearCoefficients());
    slim.getTensorsBuilderList().forEach(tensor -> tensor.clearData());
    return slim.build();
  }

  private static boolean anyIn(Message message) {
    if (!message.getUnknownFields().asMap().isEmpty()) {
      return true;
    }
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (isMessage(field.getKey())) {
        List<?> parts =
            field.getKey().isRepeated() ? (List<?>) field.getValue() : List.of(field.getValue());
        if (parts.stream().anyMatch(part -> anyIn((Message) part))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Puts the unknown fields of one message into another. */
  static void graft(Message from, Message.Builder to) {
    if (!from.getUnknownFields().asMap().isEmpty()) {
      UnknownFieldSet.Builder merged = to.getUnknownFields().toBuilder();
      to.setUnknownFields(merged.mergeFrom(from.getUnknownFields()).build());
    }
    for (Map.Entry<FieldDescriptor, Object> entry : from.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      if (!isMessage(field)) {
        continue;
      }
      if (field.isRepeated()) {
        graftParts(field, (List<?>) entry.getValue(), to);
      } else if (anyIn((Message) entry.getValue())) {
        graft((Message) entry.getValue(), to.getFieldBuilder(field));
      }
    }
  }

  private static void graftParts(FieldDescriptor field, List<?> parts, Message.Builder to) {
    if (parts.size() != to.getRepeatedFieldCount(field)) {
      return;
    }
    for (int i = 0; i < parts.size(); i++) {
      Message part = (Message) parts.get(i);
      Message.Builder target = to.getRepeatedFieldBuilder(field, i);
      if (anyIn(part) && sameStart(part, target)) {
        graft(part, target);
      }
    }
  }

  private static boolean sameStart(Message part, Message.Builder target) {
    FieldDescriptor first = part.getDescriptorForType().getFields().get(0);
    return isMessage(first) // then its own parts are compared
        ? part.getRepeatedFieldCount(first) == target.getRepeatedFieldCount(first)
        : part.getField(first).equals(target.getField(first));
  }

  private static boolean isMessage(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField();
  }
}
