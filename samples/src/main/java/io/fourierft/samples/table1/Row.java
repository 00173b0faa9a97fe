package io.fourierft.samples.table1;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row: one model under both methods, computed and as printed.
 *
 * @param model name of the base model
 * @param shape its sizes
 * @param rank LoRA's r
 * @param n coefficients of FourierFT
 * @param loraPrinted LoRA's parameters in the paper
 * @param loraBytesPrinted LoRA's bytes in the paper
 * @param fourierPrinted FourierFT's parameters in the paper
 * @param fourierBytesPrinted FourierFT's bytes in the paper
 */
public record Row(
    String model,
    ModelShape shape,
    int rank,
    int n,
    Printed loraPrinted,
    Printed loraBytesPrinted,
    Printed fourierPrinted,
    Printed fourierBytesPrinted) {
  private static final int FLOAT = 4;

  /**
   * Parameters of LoRA.
   *
   * @return {@code 2 d L r}
   */
  public long lora() {
    return shape.lora(rank);
  }

  /**
   * Bytes of LoRA's parameters.
   *
   * @return four for each
   */
  public long loraBytes() {
    return FLOAT * lora();
  }

  /**
   * Parameters of FourierFT.
   *
   * @return {@code n L}
   */
  public long fourier() {
    return shape.fourier(n);
  }

  /**
   * Bytes of FourierFT's parameters.
   *
   * @return four for each
   */
  public long fourierBytes() {
    return FLOAT * fourier();
  }

  /**
   * Where the paper prints something else than its formulas give, beyond rounding. Bytes may follow
   * from the exact or from the printed number of parameters.
   *
   * @return one sentence each, empty where all agrees
   */
  public List<String> deviations() {
    List<String> found = new ArrayList<>();
    compare(found, "LoRA r = " + rank, lora(), loraPrinted, loraBytesPrinted);
    compare(found, "FourierFT n = " + n, fourier(), fourierPrinted, fourierBytesPrinted);
    return List.copyOf(found);
  }

  private void compare(
      List<String> found, String method, long count, Printed printed, Printed bytesPrinted) {
    String what = model + ", " + method + ": ";
    if (!printed.rounds(count)) {
      found.add(
          String.format(
              Locale.ROOT,
              "%sthe formula gives %,d parameters, the paper prints %s",
              what,
              count,
              printed.text()));
    }
    double bytes = (double) FLOAT * count;
    if (!bytesPrinted.rounds(bytes) && !bytesPrinted.rounds(FLOAT * printed.value())) {
      boolean mixed =
          bytesPrinted.rounds(bytes * 1024 / 1000)
              || bytesPrinted.rounds(FLOAT * printed.value() * 1024 / 1000);
      found.add(
          String.format(
              Locale.ROOT,
              "%s%,d parameters take %s, the paper prints %s%s",
              what,
              count,
              Sizes.text((long) bytes),
              bytesPrinted.text(),
              mixed ? ", as if 1 MB were 1,000 x 1,024 bytes" : ""));
    }
  }
}
