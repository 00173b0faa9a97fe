package io.fourierft.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** 2,000 lines of real and synthetic text, put together as tools/reference/tokens.py does. */
final class MixedLines {
  private static final String[] WHITE = {" ", "  ", "\t", "\u00a0", "\u3000", "\n", "\r\n"};
  private static final String[] CODE = {
    "();", "{ }", "==", "->", "\\n", "<s>", "</s>", "[SEP]", "<|endoftext|>", "def f(x):"
  };
  private static final String[] MARKS = {
    "\u200d", "\u0301", "\ufe0f", "\u0e01", "\u0627", "\u05d0", "\u1100"
  };

  private final List<String> lines = new ArrayList<>();
  private int state = 1;

  private MixedLines() {}

  static List<String> of(Path data) throws IOException {
    MixedLines mixed = new MixedLines();
    mixed.take(data.resolve("e2e-nlg/lora_test.txt"), 250);
    mixed.take(data.resolve("glue-cola/in_domain_dev.tsv"), 150);
    mixed.take(data.resolve("banking77/test.csv"), 150);
    mixed.take(data.resolve("self-instruct-252/user_oriented_instructions.jsonl"), 150);
    mixed.take(data.resolve("llms-from-scratch-instruct/instruction-data.json"), 250);
    mixed.take(data.resolve("mt-bench/question.jsonl"), 80);
    mixed.take(data.resolve("peft-fourierft-configs/FourierFT.ipynb"), 200);
    mixed.take(data.resolve("gpt2arch-slm4096/README.md"), 150);
    mixed.take(data.resolve("stories260K/stories260K.md"), 30);
    String[] words = split(data.resolve("tok-bert-base-uncased/vocab.txt"));
    for (int i = 0; i < 290; i++) {
      int from = 1000 + 12 * i;
      mixed.lines.add(String.join(" ", Arrays.asList(words).subList(from, from + 12)));
    }
    while (mixed.lines.size() < 2000) {
      mixed.lines.add(mixed.synthetic());
    }
    return mixed.lines;
  }

  private static String[] split(Path file) throws IOException {
    // Python's reading in text mode makes one line break of each kind.
    return Files.readString(file).replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
  }

  private void take(Path file, int count) throws IOException {
    Arrays.stream(split(file)).filter(line -> !line.isEmpty()).limit(count).forEach(lines::add);
  }

  private int draw(int bound) {
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    return (state >> 8) % bound;
  }

  private String synthetic() {
    StringBuilder line = new StringBuilder();
    int length = 5 + draw(40);
    for (int i = 0; i < length; i++) {
      switch (draw(8)) {
        case 0 -> line.append((char) (0x20 + draw(95)));
        case 1 -> line.appendCodePoint(0x1f300 + draw(0x300));
        case 2 -> line.append((char) (0x4e00 + draw(0x5000)));
        case 3 -> line.append(WHITE[draw(WHITE.length)]);
        case 4 -> line.append((char) (0xc0 + draw(0x180)));
        case 5 -> line.append((char) (0xd800 + draw(0x800)));
        case 6 -> line.append(CODE[draw(CODE.length)]);
        default -> line.append(MARKS[draw(MARKS.length)]);
      }
    }
    return line.toString();
  }
}
