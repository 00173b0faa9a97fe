/**
 * Reports as one self-contained HTML file: inline style, inline SVG, no scripts, nothing loaded
 * from elsewhere, readable in light and in dark.
 *
 * <p>{@link io.fourierft.samples.report.HtmlReport} collects {@link
 * io.fourierft.samples.report.Fragment fragments} (charts, tables) under headings. All text is
 * escaped. Fragments are immutable; a report belongs to one thread.
 */
package io.fourierft.samples.report;
