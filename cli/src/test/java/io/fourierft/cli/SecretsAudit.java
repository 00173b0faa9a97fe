package io.fourierft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Looks for tokens and passwords in everything that the tests of all modules wrote: reports with
 * names, output and stack traces of the tests, and logs. Runs in the last module after its tests.
 */
class SecretsAudit {
  /** Tokens of Hugging Face, what a header carries, and the password of the tests. */
  private static final Pattern TOKEN =
      Pattern.compile("hf_[A-Za-z0-9]{16,}|[Bb]earer [A-Za-z0-9+/._-]{16,}|hunter2-hunter2");

  private static final Pattern BASIC = Pattern.compile("[Bb]asic ([A-Za-z0-9+/]{8,}={0,2})");

  /** Compiled sources, which hold the tokens of the tests, and other people's programs. */
  private static final Set<String> NOT_WRITTEN =
      Set.of("classes", "test-classes", "clients", "generated-sources", "launcher.d");

  private static final long LARGEST = 50L << 20;

  @TempDir private Path folder;

  @Test
  void nothingThatTheSuiteWroteHoldsASecret() throws IOException {
    List<Path> written = new ArrayList<>();
    for (Path module : modules()) {
      Path target = module.resolve("target");
      if (Files.isDirectory(target)) {
        written.addAll(written(target));
      }
    }
    assumeTrue(
        written.stream().anyMatch(file -> file.toString().contains("hub.huggingface")),
        "the tests of the hub client have not run");

    System.out.println("SecretsAudit: looked through " + written.size() + " files");
    assertThat(withSecrets(written)).isEmpty();
  }

  @Test
  void aSecretInAReportIsFound() throws IOException {
    Path reports = Files.createDirectories(folder.resolve("surefire-reports"));
    String token = "hf_" + "abcDEF0123".repeat(2);
    String pair = Base64.getEncoder().encodeToString("user:password".getBytes());
    Path first = Files.writeString(reports.resolve("a.txt"), "x\ntoken=" + token + ";");
    Path second = Files.writeString(reports.resolve("b.xml"), "Authorization: Basic " + pair);
    Path third = Files.writeString(reports.resolve("c.log"), "Bearer " + "ey.J9_".repeat(4));
    Files.writeString(reports.resolve("d.txt"), "Basic authentication, hf_hub_download, Bearer x");
    Path sources = Files.createDirectories(folder.resolve("test-classes"));
    Files.writeString(sources.resolve("e.txt"), token);

    assertThat(withSecrets(written(folder))).containsExactlyInAnyOrder(first, second, third);
  }

  private static List<Path> modules() throws IOException {
    try (var modules = Files.list(Path.of("..").toAbsolutePath().normalize())) {
      return modules.filter(module -> Files.exists(module.resolve("pom.xml"))).toList();
    }
  }

  private static List<Path> written(Path target) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        target,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes found) {
            boolean skip = NOT_WRITTEN.contains(directory.getFileName().toString());
            return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            if (!file.toString().endsWith(".jar") && found.size() <= LARGEST) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static List<Path> withSecrets(List<Path> files) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files) {
      if (hasSecret(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))) {
        found.add(file);
      }
    }
    return found;
  }

  private static boolean hasSecret(String text) {
    if (TOKEN.matcher(text).find()) {
      return true;
    }
    Matcher basic = BASIC.matcher(text);
    while (basic.find()) {
      if (isCredentials(basic.group(1))) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether a word is a name and a password, and not just a word. */
  private static boolean isCredentials(String word) {
    try {
      byte[] bytes = Base64.getDecoder().decode(word);
      return new String(bytes, StandardCharsets.UTF_8).matches("[\\x20-\\x7e]+:[\\x20-\\x7e]*");
    } catch (IllegalArgumentException e) {
      // Not Base64: an ordinary word.
      return false;
    }
  }
}
