package io.fourierft.adapter;

import io.fourierft.adapter.proto.BasisType;
import io.fourierft.adapter.proto.BiasType;
import io.fourierft.adapter.proto.InitType;
import io.fourierft.adapter.proto.NumberType;
import io.fourierft.adapter.proto.RandpermType;
import io.fourierft.spectral.EntryRule;

/** The enums of the schema and those of the values; what is not known comes from the future. */
final class Enums {
  private Enums() {}

  static NumberType toProto(StorageType type) {
    return switch (type) {
      case F32 -> NumberType.NUMBER_F32;
      case F16 -> NumberType.NUMBER_F16;
      case BF16 -> NumberType.NUMBER_BF16;
    };
  }

  /** The type of numbers that were read or written before. */
  static StorageType known(NumberType type) {
    return switch (type) {
      case NUMBER_F32 -> StorageType.F32;
      case NUMBER_F16 -> StorageType.F16;
      case NUMBER_BF16 -> StorageType.BF16;
      case UNRECOGNIZED -> throw new IllegalStateException("number type expected to be known");
    };
  }

  static StorageType fromProto(NumberType type, String where) throws AdapterFormatException {
    if (type == NumberType.UNRECOGNIZED) {
      throw unknown("number type", where);
    }
    return known(type);
  }

  static BasisType toProto(Basis basis) {
    return switch (basis) {
      case FOURIER -> BasisType.BASIS_FOURIER;
      case RANDOM -> BasisType.BASIS_RANDOM;
      case ORTHOGONAL -> BasisType.BASIS_ORTHOGONAL;
    };
  }

  static Basis fromProto(BasisType basis, String where) throws AdapterFormatException {
    return switch (basis) {
      case BASIS_FOURIER -> Basis.FOURIER;
      case BASIS_RANDOM -> Basis.RANDOM;
      case BASIS_ORTHOGONAL -> Basis.ORTHOGONAL;
      case UNRECOGNIZED -> throw unknown("basis", where);
    };
  }

  static InitType toProto(SpectrumInit init) {
    return init == SpectrumInit.ZERO ? InitType.INIT_ZERO : InitType.INIT_GAUSSIAN;
  }

  static SpectrumInit fromProto(InitType init, String where) throws AdapterFormatException {
    return switch (init) {
      case INIT_ZERO -> SpectrumInit.ZERO;
      case INIT_GAUSSIAN -> SpectrumInit.GAUSSIAN;
      case UNRECOGNIZED -> throw unknown("init", where);
    };
  }

  static BiasType toProto(BiasMode bias) {
    return switch (bias) {
      case NONE -> BiasType.BIAS_NONE;
      case ADAPTED -> BiasType.BIAS_ADAPTED;
      case ALL -> BiasType.BIAS_ALL;
    };
  }

  static BiasMode fromProto(BiasType bias, String where) throws AdapterFormatException {
    return switch (bias) {
      case BIAS_NONE -> BiasMode.NONE;
      case BIAS_ADAPTED -> BiasMode.ADAPTED;
      case BIAS_ALL -> BiasMode.ALL;
      case UNRECOGNIZED -> throw unknown("bias", where);
    };
  }

  static RandpermType toProto(EntryRule.Algorithm algorithm) {
    return algorithm == EntryRule.Algorithm.TORCH_RANDPERM
        ? RandpermType.RANDPERM_CURRENT
        : RandpermType.RANDPERM_LEGACY;
  }

  static EntryRule.Algorithm fromProto(RandpermType algorithm, String where)
      throws AdapterFormatException {
    return switch (algorithm) {
      case RANDPERM_CURRENT -> EntryRule.Algorithm.TORCH_RANDPERM;
      case RANDPERM_LEGACY -> EntryRule.Algorithm.TORCH_RANDPERM_LEGACY;
      case UNRECOGNIZED -> throw unknown("entry algorithm", where);
    };
  }

  private static AdapterFormatException unknown(String what, String where) {
    return new AdapterFormatException.TooNew(
        what + " expected one of this version but found one of a later version (" + where + ")");
  }
}
