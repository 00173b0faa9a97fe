package io.fourierft.samples.table1;

import io.fourierft.importer.ConfigFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The paper's Table 1 (Gao et al., 2024, Section 3.2): with d the width of a model and L = 2 x
 * blocks its query and value matrices, LoRA of rank r trains {@code 2 d L r} numbers and FourierFT
 * {@code n L}; a number takes four bytes.
 *
 * @param rows the rows, in the paper's order
 */
public record TableOne(List<Row> rows) {
  private static final String PAPER = "paper.tsv";
  private static final int COLUMNS = 8;
  private static final String MISPRINT =
      "RoBERTa Base, FourierFT n = 1000: the paper prints n = 200 beside its 24K parameters";
  private static final String FUSED =
      "GPT-2 keeps query, key and value in one matrix; like the paper, this counts query and value"
          + " as matrices of their own.";

  /** Keeps a copy. */
  public TableOne {
    rows = List.copyOf(rows);
  }

  /**
   * Computes the table.
   *
   * @return the table
   * @throws IOException if a resource is missing or broken
   */
  public static TableOne compute() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : resource(PAPER).lines().toList()) {
      if (!line.startsWith("#")) {
        rows.add(row(line.split("\t")));
      }
    }
    return new TableOne(rows);
  }

  private static Row row(String[] cells) throws IOException {
    if (cells.length != COLUMNS) {
      throw new IOException(
          PAPER + " expected " + COLUMNS + " cells in a line but found " + cells.length);
    }
    String config = cells[1] + ".config.json";
    return new Row(
        cells[0],
        ModelShape.of(ConfigFile.parse(resource(config), config)),
        Integer.parseInt(cells[2]),
        Integer.parseInt(cells[5]),
        new Printed(cells[3]),
        new Printed(cells[4]),
        new Printed(cells[6]),
        new Printed(cells[7]));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = TableOne.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("class path expected " + name + " but found none");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /**
   * Where the paper's numbers do not follow from its formulas.
   *
   * @return one sentence each
   */
  public List<String> deviations() {
    List<String> all = new ArrayList<>();
    all.add(MISPRINT);
    rows.forEach(row -> all.addAll(row.deviations()));
    return List.copyOf(all);
  }

  /**
   * The table for people.
   *
   * @return lines of text
   */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("                   LoRA                          FourierFT");
    lines.add(
        "model              r   parameters      bytes       n   parameters      bytes   ratio");
    String last = "";
    for (Row row : rows) {
      lines.add(line(row, row.model().equals(last) ? "" : row.model()));
      last = row.model();
    }
    lines.add("");
    lines.add("Query and value matrices of all blocks, four bytes a number, 1 KB = 1,024 bytes.");
    lines.add(FUSED);
    lines.add("The paper's numbers agree but for rounding, except:");
    deviations().forEach(deviation -> lines.add("* " + deviation));
    return lines;
  }

  private static String line(Row row, String model) {
    return String.format(
        Locale.ROOT,
        "%-16s %3d %,12d %10s %7d %,12d %10s %6.1fx",
        model,
        row.rank(),
        row.lora(),
        Sizes.text(row.loraBytes()),
        row.n(),
        row.fourier(),
        Sizes.text(row.fourierBytes()),
        (double) row.lora() / row.fourier());
  }
}
