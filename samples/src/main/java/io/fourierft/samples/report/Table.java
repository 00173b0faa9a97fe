package io.fourierft.samples.report;

import java.util.List;

/**
 * A table.
 *
 * @param title what it holds, empty for none
 * @param head heads of the columns, empty for none
 * @param rows the cells, row by row
 */
public record Table(String title, List<String> head, List<List<String>> rows) implements Fragment {
  /** Keeps a copy. */
  public Table {
    head = List.copyOf(head);
    rows = rows.stream().map(List::copyOf).toList();
  }

  @Override
  public String html() {
    StringBuilder out = new StringBuilder("<div class=\"table\">");
    if (!title.isEmpty()) {
      out.append("<h3>").append(Html.text(title)).append("</h3>");
    }
    out.append("<table>\n");
    if (!head.isEmpty()) {
      row(out, "th", head);
    }
    rows.forEach(cells -> row(out, "td", cells));
    return out.append("</table></div>\n").toString();
  }

  private static void row(StringBuilder out, String tag, List<String> cells) {
    out.append("<tr>");
    for (String cell : cells) {
      out.append('<').append(tag).append('>').append(Html.text(cell));
      out.append("</").append(tag).append('>');
    }
    out.append("</tr>\n");
  }
}
