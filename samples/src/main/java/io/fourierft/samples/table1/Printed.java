package io.fourierft.samples.table1;

import java.math.BigDecimal;

/**
 * A number as a paper prints it, rounded and with a unit, such as 24K or 1.13MB.
 *
 * @param text the number
 */
public record Printed(String text) {

  /**
   * The number without its unit, in the unit's size: K is 1,000 and M 1,000,000; of bytes, KB is
   * 1,024 and MB 1,048,576.
   *
   * @return the value
   */
  public double value() {
    return Double.parseDouble(digits()) * unit();
  }

  private String digits() {
    return text.replaceAll("[KMB]", "");
  }

  private double unit() {
    double base = text.endsWith("B") ? 1024 : 1000;
    if (text.contains("M")) {
      return base * base;
    }
    return text.contains("K") ? base : 1;
  }

  /**
   * Whether a value gives this number when rounded, or when cut off.
   *
   * @param exact the value
   * @return true if it is less than a unit of the last digit above, or half of one below
   */
  public boolean rounds(double exact) {
    double last = unit() * Math.pow(10, -new BigDecimal(digits()).scale());
    double above = (exact - value()) / last;
    return above > -0.5 - 1e-9 && above < 1;
  }
}
