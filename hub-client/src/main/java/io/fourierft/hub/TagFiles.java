package io.fourierft.hub;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tags of one repository: files of one line, {@code <tag> <sequence> <id>}, replaced by rename.
 *
 * <p>The line repeats the name for file systems that take upper and lower case for the same.
 */
final class TagFiles {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,126}[A-Za-z0-9_])?");
  private static final Pattern LINE = Pattern.compile("(\\S+) ([0-9]{1,8}) ([0-9a-f]{64})\n");
  private static final Pattern LIKE_ID = Pattern.compile("[0-9a-f]{" + Hub.MIN_PREFIX + ",}");
  private static final int MAX_BYTES = 1024;

  private final DirectoryLayout layout;
  private final RepoId repo;

  TagFiles(DirectoryLayout layout, RepoId repo) {
    this.layout = layout;
    this.repo = repo;
  }

  /**
   * What a tag points to.
   *
   * @param sequence the place of the version
   * @param id its id
   */
  record Target(long sequence, String id) {}

  static boolean isName(String tag) {
    return NAME.matcher(tag).matches()
        && !tag.toLowerCase(Locale.ROOT).equals(Hub.MAIN)
        && !LIKE_ID.matcher(tag).matches()
        && PortableNames.segmentFault(tag).isEmpty();
  }

  static void requireName(String tag) {
    if (!isName(tag)) {
      throw new IllegalArgumentException(
          "tag expected 1 to 128 of A-Z a-z 0-9 _ - . (not \""
              + Hub.MAIN
              + "\" and not like a version id) but found \""
              + Texts.oneLine(tag)
              + "\"");
    }
  }

  List<String> names() throws IOException {
    return layout.names(layout.tags(repo)).stream().filter(TagFiles::isName).toList();
  }

  Optional<Target> read(String tag) throws IOException {
    if (!layout.exists(layout.tags(repo))) {
      return Optional.empty();
    }
    Path file = file(tag);
    String line;
    try {
      line = new String(DurableFiles.read(file, MAX_BYTES), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches() || !matcher.group(1).equalsIgnoreCase(tag)) {
      throw new HubException.Corrupt("tag", tag + " <number> <version id>", line, file);
    }
    return matcher.group(1).equals(tag)
        ? Optional.of(new Target(Long.parseLong(matcher.group(2)), matcher.group(3)))
        : Optional.empty();
  }

  /** Writes a tag by way of a temporary file on the same file system. */
  void write(String tag, Target target, Path temporary) throws IOException {
    String line = tag + " " + target.sequence() + " " + target.id() + "\n";
    DurableFiles.write(temporary, line.getBytes(StandardCharsets.UTF_8));
    layout.make(layout.tags(repo));
    DurableFiles.replace(temporary, file(tag));
  }

  void delete(String tag) throws IOException {
    if (Files.deleteIfExists(file(tag))) {
      DurableFiles.sync(layout.tags(repo));
    }
  }

  Path file(String tag) {
    return layout.tags(repo).resolve(tag);
  }
}
