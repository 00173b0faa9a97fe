package io.fourierft.samples.report;

/** A part of a report. */
@FunctionalInterface
public interface Fragment {
  /**
   * The part as HTML, with all text escaped.
   *
   * @return balanced HTML that loads nothing
   */
  String html();
}
