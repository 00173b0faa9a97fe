package io.fourierft.samples.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/** One self-contained HTML file, put together section by section. */
public final class HtmlReport {
  private static final String STYLE = "report.css";

  private final StringBuilder body = new StringBuilder();
  private final String title;

  /**
   * Starts a report.
   *
   * @param title what it is about
   * @param lead what was done, in a sentence or two
   */
  public HtmlReport(String title, String lead) {
    this.title = title;
    body.append("<header>\n<h1>").append(Html.text(title)).append("</h1>\n");
    body.append("<p class=\"lead\">").append(Html.text(lead)).append("</p>\n</header>\n");
  }

  /**
   * A figure that matters.
   *
   * @param value the figure with its unit
   * @param name what it is
   */
  public record Figure(String value, String name) {}

  /**
   * Adds a row of figures.
   *
   * @param figures the figures
   * @return this report
   */
  public HtmlReport figures(List<Figure> figures) {
    body.append("<section class=\"figures\">\n");
    for (Figure figure : figures) {
      body.append("<div><b>").append(Html.text(figure.value())).append("</b><span>");
      body.append(Html.text(figure.name())).append("</span></div>\n");
    }
    body.append("</section>\n");
    return this;
  }

  /**
   * Adds a section.
   *
   * @param heading its heading
   * @param note how to read what it shows, empty for nothing
   * @param fragments what it shows, side by side where there is room
   * @return this report
   */
  public HtmlReport section(String heading, String note, Fragment... fragments) {
    body.append("<section>\n<h2>").append(Html.text(heading)).append("</h2>\n");
    if (!note.isEmpty()) {
      body.append("<p class=\"note\">").append(Html.text(note)).append("</p>\n");
    }
    body.append("<div class=\"row\">\n");
    for (Fragment fragment : fragments) {
      body.append(fragment.html());
    }
    body.append("</div>\n</section>\n");
    return this;
  }

  /**
   * The whole file.
   *
   * @return the HTML
   * @throws IOException if the style is missing from the class path
   */
  public String html() throws IOException {
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
        + Html.text(title)
        + "</title>\n<style>\n"
        + style()
        + "</style>\n</head>\n<body>\n<main>\n"
        + body
        + "</main>\n</body>\n</html>\n";
  }

  /**
   * Writes the file: the whole of it or nothing.
   *
   * @param file where to
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path draft = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.writeString(draft, html(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  private static String style() throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new FileNotFoundException("class path expected " + STYLE + " but found none");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
