package io.fourierft.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.samples.table1.Row;
import io.fourierft.samples.table1.TableOne;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fourierft table1}. */
@Command(
    name = "table1",
    description = {
      "Prints the paper's Table 1: parameters and bytes of LoRA and FourierFT for eight base models,"
          + " computed from their configuration files, and where the paper prints something else."
    })
final class TableOneCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    TableOne table = TableOne.compute();
    if (json) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(table)));
    } else {
      table.lines().forEach(out::println);
    }
    out.flush();
    return 0;
  }

  private static ObjectNode json(TableOne table) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode rows = root.putArray("rows");
    for (Row row : table.rows()) {
      ObjectNode node = rows.addObject();
      node.put("model", row.model());
      node.put("hidden_size", row.shape().hidden());
      node.put("matrices", row.shape().matrices());
      ObjectNode lora = node.putObject("lora");
      lora.put("r", row.rank()).put("parameters", row.lora()).put("bytes", row.loraBytes());
      lora.put("parameters_printed", row.loraPrinted().text());
      lora.put("bytes_printed", row.loraBytesPrinted().text());
      ObjectNode fourier = node.putObject("fourierft");
      fourier.put("n", row.n()).put("parameters", row.fourier()).put("bytes", row.fourierBytes());
      fourier.put("parameters_printed", row.fourierPrinted().text());
      fourier.put("bytes_printed", row.fourierBytesPrinted().text());
    }
    ArrayNode deviations = root.putArray("deviations");
    table.deviations().forEach(deviations::add);
    return root;
  }
}
