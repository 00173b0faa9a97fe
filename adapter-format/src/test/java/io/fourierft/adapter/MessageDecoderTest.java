package io.fourierft.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.fourierft.adapter.proto.AdapterMessage;
import io.fourierft.adapter.proto.EntryRuleMessage;
import io.fourierft.adapter.proto.LayerPartMessage;
import io.fourierft.adapter.proto.TensorMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageDecoderTest {
  private final AdapterMessage good =
      MessageEncoder.encode(Samples.golden(), StorageType.F32, StorageType.F32);

  @Test
  void layersTwiceAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    message.addLayers(message.getLayers(1));
    refused(
        AdapterFormatException.Duplicate.class,
        message,
        "layers expected distinct but found bert.pooler.dense twice (a.fft)");
  }

  @Test
  void tensorsTwiceAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    message.addTensors(message.getTensors(0));
    refused(
        AdapterFormatException.Duplicate.class,
        message,
        "tensors expected distinct but found classifier.weight twice (a.fft)");
  }

  @Test
  void coefficientsThatAreNotFiniteAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    ByteBuffer numbers = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putFloat(1).putFloat(Float.NaN).flip();
    message.getLayersBuilder(1).setCoefficients(ByteString.copyFrom(numbers));
    refused(
        AdapterFormatException.NotFinite.class,
        message,
        "coefficient expected finite but found NaN at position 1 (bert.pooler.dense) (a.fft)");
  }

  @Test
  void countsThatDoNotMatchAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    message.getLayersBuilder(0).getPartsBuilder(0).setN(4);
    refused(
        AdapterFormatException.WrongCount.class,
        message,
        "coefficients expected 56 bytes for n = 4 in 4 layers but found 48 (a.fft)");
  }

  @Test
  void hugeCountsTakeNoMemory() {
    AdapterMessage.Builder message = good.toBuilder();
    message.getLayersBuilder(0).setCount(-1);
    refused(
        message,
        "layers expected at most 65536, blocks not empty, but found 8589934590 layers,"
            + " a block of 2 parts (a.fft)");
    message.getLayersBuilder(0).setCount(2).getPartsBuilder(0).setN(-1);
    assertThatThrownBy(() -> MessageDecoder.decode(message.build(), "a.fft"))
        .isInstanceOf(AdapterFormatException.Invalid.class)
        .hasMessageStartingWith("coefficients expected 34359738384 bytes for n = 4294967295");
  }

  @Test
  void blocksWithoutPartsAndNamesWithoutTheirNumberAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    message.getLayersBuilder(1).clearParts().clearCoefficients();
    refused(
        message,
        "layers expected at most 65536, blocks not empty, but found 4 layers, a block of 0 parts"
            + " (a.fft)");
    AdapterMessage.Builder unnumbered = good.toBuilder();
    unnumbered.getLayersBuilder(0).getPartsBuilder(0).setModule("fixed");
    refused(
        unnumbered,
        "module expected at most 512 characters and one '#' in a numbered block but found"
            + " 5 and 0 (a.fft)");
  }

  @Test
  void sidesAndShapesOutOfRangeAreInvalid() {
    AdapterMessage.Builder message = good.toBuilder();
    message.getLayersBuilder(1).getPartsBuilder(0).setRows(0);
    refused(message, "rows expected 1 to 16777216 but found 0 (bert.pooler.dense) (a.fft)");

    AdapterMessage.Builder overflow = good.toBuilder();
    overflow.addTensors(TensorMessage.newBuilder().setName("t").addShape(1L << 40).addShape(8));
    refused(
        overflow,
        "tensor shape expected sides >= 0 of at most 2147483647 elements but found"
            + " [1099511627776, 8] (t) (a.fft)");

    AdapterMessage.Builder shorter = good.toBuilder();
    shorter.addTensors(TensorMessage.newBuilder().setName("t").addShape(3));
    refused(
        AdapterFormatException.WrongCount.class,
        shorter,
        "tensor expected 12 bytes but found 0 (t in a.fft)");
  }

  @Test
  void valuesOfLaterVersionsAreTooNew() {
    AdapterMessage.Builder basis = good.toBuilder().setBasisValue(9);
    assertThatThrownBy(() -> MessageDecoder.decode(basis.build(), "a.fft"))
        .isInstanceOf(AdapterFormatException.TooNew.class)
        .hasMessage("basis expected one of this version but found one of a later version (a.fft)");

    AdapterMessage.Builder rule =
        good.toBuilder().setRule(EntryRuleMessage.newBuilder().setUnknownFields(unknown()));
    assertThatThrownBy(() -> MessageDecoder.decode(rule.build(), "a.fft"))
        .isInstanceOf(AdapterFormatException.TooNew.class)
        .hasMessageStartingWith("entry rule expected a kind of this version");
    refused(good.toBuilder().clearRule(), "entry rule expected one kind but found none (a.fft)");
  }

  @Test
  void emptyAdaptersAreInvalid() {
    refused(
        good.toBuilder().clearLayers().clearTensors(),
        "adapter expected a layer or a tensor but found none (a.fft)");
  }

  @Test
  void unknownFieldsSurviveInEveryPart() throws AdapterFormatException {
    AdapterMessage.Builder future = good.toBuilder().setUnknownFields(unknown());
    future.getBaseModelBuilder().getFingerprintBuilder().setUnknownFields(unknown());
    future.getRuleBuilder().getSeededBuilder().setUnknownFields(unknown());
    future.getTaskBuilder().setUnknownFields(unknown());
    future.getTensorsBuilder(1).setUnknownFields(unknown());
    future.getLayersBuilder(0).setUnknownFields(unknown());
    LayerPartMessage.Builder part = future.getLayersBuilder(0).getPartsBuilder(1);
    part.setUnknownFields(unknown());

    Adapter read = MessageDecoder.decode(future.build(), "a.fft");

    assertThat(MessageEncoder.encode(read, StorageType.F32, StorageType.F32))
        .isEqualTo(future.build());
    Adapter changed = read.toBuilder().tensors(List.of()).scaling(1).build();
    AdapterMessage written = MessageEncoder.encode(changed, StorageType.F32, StorageType.F32);
    assertThat(written.getUnknownFields()).isEqualTo(unknown());
    assertThat(written.getTensorsCount()).isZero();
  }

  @Test
  void numbersAreNotKeptTwiceForTheSakeOfUnknownFields() throws AdapterFormatException {
    AdapterMessage future = good.toBuilder().setUnknownFields(unknown()).build();
    AdapterMessage residue = MessageDecoder.decode(future, "a.fft").residue();
    assertThat(residue.getLayers(0).getCoefficients()).isEmpty();
    assertThat(residue.getTensors(0).getData()).isEmpty();
    assertThat(MessageDecoder.decode(good, "a.fft").residue())
        .isEqualTo(AdapterMessage.getDefaultInstance());
  }

  private static UnknownFieldSet unknown() {
    return UnknownFieldSet.newBuilder()
        .addField(1000, UnknownFieldSet.Field.newBuilder().addVarint(42).build())
        .build();
  }

  private static void refused(AdapterMessage.Builder message, String text) {
    refused(AdapterFormatException.Invalid.class, message, text);
  }

  private static void refused(
      Class<? extends AdapterFormatException.Invalid> type,
      AdapterMessage.Builder message,
      String text) {
    assertThatThrownBy(() -> MessageDecoder.decode(message.build(), "a.fft"))
        .isExactlyInstanceOf(type)
        .hasMessage(text);
  }
}
