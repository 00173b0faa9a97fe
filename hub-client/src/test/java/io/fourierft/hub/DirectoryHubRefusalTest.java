package io.fourierft.hub;

import static io.fourierft.hub.HubFixture.REPO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Places where a hub cannot be, cannot be written, or should not be. */
@Timeout(120)
class DirectoryHubRefusalTest {
  @TempDir Path directory;
  private HubFixture fixture;
  private DirectoryHub hub;

  @BeforeEach
  void publishOne() throws IOException {
    fixture = new HubFixture(directory);
    hub = fixture.hub;
    fixture.publish("first");
  }

  @Test
  void aFileWhereTheHubShouldBeIsRefused() throws IOException {
    Path file = fixture.source("file", "x");

    assertThatThrownBy(() -> DirectoryHub.open(file))
        .isInstanceOf(HubException.Denied.class)
        .hasMessage("hub expected a directory but found a file (" + file + ")");
    DirectoryHub below = DirectoryHub.open(file.resolve("hub"));
    assertThatThrownBy(() -> below.publish(REPO, fixture.adapter("x").build()))
        .isInstanceOf(HubException.Denied.class)
        .hasMessageContaining("expected a directory but found");
    assertThat(file).hasContent("x");
  }

  @Test
  void aDirectoryOfSomethingElseIsNotMadeAHub() throws IOException {
    assertThatThrownBy(() -> DirectoryHub.open(fixture.sources))
        .isInstanceOf(HubException.Unsupported.class)
        .hasMessageContaining("an empty directory but found other files");
  }

  @Test
  void aHubOfANewerFormatIsRefused() throws IOException {
    Path marker = fixture.root.resolve("hub.json");
    Files.writeString(marker, Files.readString(marker).replace("1}", "2}"));

    assertThatThrownBy(() -> hub.list(Query.ALL))
        .isInstanceOf(HubException.Unsupported.class)
        .hasMessageContaining("\"format\":1} but found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tmp", "blobs", "repos"})
  void aFileWhereADirectoryOfTheHubShouldBeIsNamed(String name) throws IOException {
    DurableFiles.deleteTree(fixture.root.resolve(name));
    Path file = Files.writeString(fixture.root.resolve(name), "x");

    assertThatThrownBy(() -> fixture.publish("second"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessage("hub path expected a directory but found a file (" + file + ")");
    assertThat(file).hasContent("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tmp",
        "blobs",
        "repos",
        "repos/acme",
        "repos/acme/reviews",
        "repos/acme/reviews/versions"
      })
  void linksInTheHubAreNotFollowed(String name) throws IOException {
    Path link = fixture.root.resolve(name);
    Path outside = directory.resolve("outside");
    Files.move(link, outside);
    Files.createSymbolicLink(link, outside);
    List<Path> before = DurableFiles.tree(outside);

    assertThatThrownBy(() -> fixture.publish("second"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessage("hub path expected a directory but found a symbolic link (" + link + ")");
    assertThat(DurableFiles.tree(outside)).isEqualTo(before);
  }

  @Test
  void theHubItselfMayBeALink() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("link"), fixture.root);

    assertThat(DirectoryHub.open(link).list(Query.ALL)).hasSize(1);
    assertThat(DirectoryHub.open(link).fsck().findings()).isEmpty();
  }

  @Test
  void contentThatIsALinkIsNotFetched() throws IOException {
    Path blob = fixture.blob("first");
    Files.delete(blob);
    Files.createSymbolicLink(blob, fixture.source("same", "first"));

    assertThatThrownBy(() -> fixture.fetched("main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("expected a regular file but found a symbolic link");
    assertThat(hub.fsck().damage()).hasSize(1);
  }

  @Test
  void aPipeInsteadOfContentDoesNotHang() throws Exception {
    Path blob = fixture.blob("first");
    Files.delete(blob);
    assumeTrue(run("mkfifo", blob.toString()), "no named pipes here");

    assertThatThrownBy(() -> fixture.fetched("main"))
        .isInstanceOf(HubException.Corrupt.class)
        .hasMessageContaining("a device or pipe");
    assertThat(hub.fsck().damage()).hasSize(1);
  }

  @Test
  void aHubWithoutWritePermissionIsReadAndRefusesTheRest() throws IOException {
    requirePosix();
    run("chmod", "-R", "a-w", fixture.root.toString());
    try {
      assumeTrue(!Files.isWritable(fixture.root), "this user may write anywhere");
      assertThatThrownBy(() -> fixture.publish("second"))
          .isInstanceOf(HubException.Denied.class)
          .hasMessageStartingWith("publishing acme/reviews expected permission but found");
      assertThat(fixture.fetched("main")).isEqualTo("first");
    } finally {
      run("chmod", "-R", "u+w", fixture.root.toString());
    }
  }

  @Test
  void aHubOnAReadOnlyFileSystemIsReadAndRefusesTheRest() throws Exception {
    String mount = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\"";

    List<String> told = tell(fixture.root, fixture.root, mount, fixture.options.cache());

    assertThat(told.get(0))
        .startsWith("publish Denied publishing acme/reviews expected permission but found ")
        .containsIgnoringCase("read-only file system");
    assertThat(told.get(1)).startsWith("publish new Denied publishing new/repo expected ");
    assertThat(told.subList(2, 4)).containsExactly("tree as before", "fetch done");
    assertThat(told.get(4)).startsWith("publish small Denied ");
    assertThat(told.get(5)).startsWith("tag Denied tagging acme/reviews expected permission");
    assertThat(told.get(6)).isEqualTo("fsck []");
    assertThat(told.get(7)).startsWith("delete Denied deleting acme/reviews expected permission");
  }

  @Test
  void aFullDiskIsNamedAndLeavesNothingHalfWritten() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    // A disk of 400 KB with a copy of the hub on it.
    String mount =
        "mount -t tmpfs -o size=400k tmpfs \"$1\" && cp -r \"" + fixture.root + "\" \"$1/hub\"";

    List<String> told = tell(disk, disk.resolve("hub"), mount, fixture.options.cache());

    assertThat(told.get(0))
        .startsWith("publish NoSpace publishing acme/reviews expected room but found none")
        .contains("No space left on device", "bytes free");
    assertThat(told.get(1)).startsWith("publish new NoSpace ");
    assertThat(told.subList(2, 8))
        .containsExactly(
            "tree as before",
            "fetch done",
            "publish small done",
            "tag done",
            "fsck []",
            "delete done");
  }

  @Test
  void aFullCacheIsNamedAndLeavesNothing() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String mount = "mount -t tmpfs -o size=400k tmpfs \"$1\"";
    hub.publish(REPO, fixture.adapter("x".repeat(1_000_000)).build());

    List<String> told = tell(disk, fixture.root, mount, disk.resolve("cache"));

    assertThat(told.get(3))
        .startsWith("fetch NoSpace fetching acme/reviews expected room but found none");
    assertThat(hub.fsck().damage()).isEmpty();
  }

  @Test
  void aDeviceThatIsFullIsNamed() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here");

    assertThatThrownBy(
            () ->
                Faults.guard(
                    "writing",
                    full,
                    () -> {
                      try (FileChannel channel = FileChannel.open(full, StandardOpenOption.WRITE)) {
                        return channel.write(ByteBuffer.allocate(10));
                      }
                    }))
        .isInstanceOf(HubException.NoSpace.class)
        .hasMessageStartingWith("writing expected room but found none: No space left on device")
        .hasMessageEndingWith("(/dev/full)");
  }

  /** Runs a worker behind a mount of its own, which needs Linux with user namespaces. */
  private List<String> tell(Path mountPoint, Path root, String mount, Path cache) throws Exception {
    List<String> prefix =
        List.of(
            "unshare",
            "-rm",
            "sh",
            "-c",
            mount + " && shift && exec \"$@\"",
            "sh",
            "" + mountPoint);
    assumeTrue(
        isLinux() && run("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"),
        "no mounts for ordinary users here");
    String own = directory.resolve("own").toString();
    try (WorkerProcess worker =
        WorkerProcess.start(prefix, "tell", "" + root, own, "" + cache, "2000000")) {
      worker.go();
      return worker.finish();
    }
  }

  private static void requirePosix() {
    assumeTrue(Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix"));
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  private static boolean run(String... command) {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
