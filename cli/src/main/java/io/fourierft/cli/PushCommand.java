package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.FetchOptions;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubException;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import io.fourierft.hub.Manifest;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.ModelCard;
import io.fourierft.hub.Publication;
import io.fourierft.hub.PullRequest;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.Version;
import io.fourierft.hub.card.Parcel;
import io.fourierft.hub.sign.ModelSigner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft push}. */
@Command(
    name = "push",
    sortOptions = false,
    description = {
      "Publishes an adapter: an adapter file or a PEFT directory, byte for byte, with a model card.",
      "An adapter file is joined by the same adapter as a PEFT directory, which Python loads."
    })
final class PushCommand implements Callable<Integer> {
  private static final String NONE = "none";

  @Mixin private HubOption hub;

  @Option(
      names = {"-m", "--message"},
      paramLabel = "TEXT",
      defaultValue = "",
      description = "What to say about this version.")
  private String message;

  @Option(
      names = "--expect",
      paramLabel = "VERSION",
      description = "Publish only if this is the newest version; none: only if there is none.")
  private String expected;

  @Option(
      names = "--pull-request",
      description = "Propose the version instead, where the hub knows pull requests.")
  private boolean pullRequest;

  @Option(
      names = "--tag",
      paramLabel = "NAME",
      description = "Name the version, such as v1; may be given several times.")
  private List<String> tags = new ArrayList<>();

  @Option(
      names = "--base-model",
      paramLabel = "ID",
      defaultValue = "",
      description = "The base model, where neither the adapter nor its card says.")
  private String baseModel;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      defaultValue = "",
      description = "The task, such as text-classification, where nothing else says.")
  private String task;

  @Option(
      names = "--keyword",
      paramLabel = "WORD",
      description = "A word to be found by; may be given several times.")
  private List<String> keywords = new ArrayList<>();

  @Option(
      names = "--license",
      paramLabel = "ID",
      defaultValue = "",
      description = "Licence to state in the card, such as apache-2.0.")
  private String license;

  @Option(
      names = "--sign",
      arity = "2",
      paramLabel = "KEY",
      description = "Sign with a private key; the file of its public key comes second (PEM).")
  private List<Path> keys = new ArrayList<>();

  @Option(names = "--no-peft", description = "Add no PEFT directory to an adapter file.")
  private boolean noPeft;

  @Option(names = "--no-card", description = "Leave README.md as it is.")
  private boolean noCard;

  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = "NAMESPACE/NAME", description = "Where to publish.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      description = "An adapter file or a PEFT directory.")
  private Path path;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoId id = RepoName.plain(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    Parcel.Wishes wishes = Usage.of(spec, this::wishes);
    for (String tag : tags) {
      Usage.of(spec, () -> requireTag(tag));
    }
    if (pullRequest && !tags.isEmpty()) {
      throw Usage.wrong(spec, "--tag expected without --pull-request but found both");
    }
    try (Hub open = Hubs.open(uri)) {
      Optional<Manifest> before = newest(open, id);
      Optional<ModelCard> card = card(open, before);
      try (Parcel parcel = Parcel.pack(path, id, card.map(wishes::after).orElse(wishes))) {
        boolean cardStays = noCard || parcel.isSigned();
        if (!keys.isEmpty()) {
          parcel.sign(ModelSigner.read(keys.get(0), keys.get(1)));
        }
        push(
            open,
            uri,
            parcel,
            cardStays,
            before.map(manifest -> manifest.version().id()).orElse(""));
      }
    }
    return 0;
  }

  private void push(Hub open, HubUri uri, Parcel parcel, boolean cardStays, String before)
      throws IOException {
    RepoId id = parcel.repo();
    try (TransferBar bar = TransferBar.of("pushing", root)) {
      Publication publication = publication(open, parcel, uri, cardStays).listener(bar).build();
      if (pullRequest) {
        report(uri, open.propose(id, publication), bar);
        return;
      }
      Version version = open.publish(id, publication);
      for (String tag : tags) {
        open.tag(id, tag, version.id());
      }
      report(uri, version, !before.equals(version.id()), parcel, bar);
    }
  }

  private static String requireTag(String tag) {
    Hub.requireTag(tag);
    return tag;
  }

  private Parcel.Wishes wishes() {
    return new Parcel.Wishes(
        new Metadata(baseModel, task, keywords), license, !noPeft, !noCard, Optional.empty());
  }

  private Publication.Builder publication(Hub open, Parcel parcel, HubUri uri, boolean cardStays)
      throws IOException {
    Publication.Builder publication = Usage.of(spec, () -> parcel.publication().message(message));
    if (cardStays && uri instanceof HubUri.HuggingFace) {
      // Such a hub keeps metadata nowhere but in the card.
      publication.metadata(Metadata.EMPTY);
    }
    if (NONE.equals(expected)) {
      publication.expectedNew();
    } else if (expected != null) {
      publication.expectedParent(open.resolve(parcel.repo(), expected).id());
    }
    return publication;
  }

  private static Optional<Manifest> newest(Hub open, RepoId id) throws IOException {
    try {
      return Optional.of(open.manifest(id, Hub.MAIN));
    } catch (HubException.NotFound e) {
      // The first version of a repository that publishing makes.
      return Optional.empty();
    }
  }

  /** The card of the version before, with what people wrote into it. */
  private static Optional<ModelCard> card(Hub open, Optional<Manifest> before) throws IOException {
    boolean hasCard =
        before.stream()
            .flatMap(manifest -> manifest.files().stream())
            .anyMatch(file -> file.path().equals(ModelCard.FILE));
    if (!hasCard) {
      return Optional.empty();
    }
    Version version = before.orElseThrow().version();
    Path fetched = open.fetch(version.repo(), version.id(), FetchOptions.defaults());
    return Optional.of(ModelCard.read(fetched.resolve(ModelCard.FILE)));
  }

  private void report(HubUri uri, PullRequest request, TransferBar bar) {
    bar.end();
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.of(request.version()).put("hub", uri.toString());
      Results.print(out, object.put("pull_request", request.number()).put("url", request.url()));
      return;
    }
    Table table = new Table();
    table.add("proposed", request.version().repo() + " as " + request.revision());
    table.add("discussion", request.url());
    table.print(out);
  }

  private void report(HubUri uri, Version version, boolean fresh, Parcel parcel, TransferBar bar) {
    bar.end();
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.of(version).put("hub", uri.toString()).put("new", fresh);
      object.set("tags", Results.texts(tags));
      object.set("paths", Results.texts(parcel.files().keySet()));
      object.set("notes", Results.texts(parcel.notes()));
      Results.print(out, object);
      return;
    }
    Table table = new Table();
    table.add(
        fresh ? "published" : "unchanged",
        version.repo() + " version " + version.shortId() + (fresh ? " to " : " in ") + uri);
    if (!root.quiet()) {
      table.add("files", String.join(", ", parcel.files().keySet()));
      parcel.notes().forEach(note -> table.add("note", note));
    }
    tags.forEach(tag -> table.add("tagged", tag));
    table.print(out);
  }
}
