package io.fourierft.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fourierft.hub.Hub;
import io.fourierft.hub.HubUri;
import io.fourierft.hub.Hubs;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code fourierft tag}. */
@Command(
    name = "tag",
    sortOptions = false,
    description = {
      "Gives a version a name, moves the name to another version, or takes it away.",
      "Without TAG, lists the names that there are."
    })
final class TagCommand implements Callable<Integer> {
  @Mixin private HubOption hub;

  @Option(names = "--delete", description = "Take the name away; the version stays.")
  private boolean delete;

  @Mixin private JsonOption json;

  @Parameters(index = "0", paramLabel = RepoName.LABEL, description = "The version.")
  private String name;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TAG",
      defaultValue = "",
      description = "The name, such as v1.")
  private String tag;

  @ParentCommand private RootCommand root;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    RepoName repo = RepoName.parse(spec, name);
    HubUri uri = Usage.of(spec, hub::uri);
    if (tag.isEmpty() && delete) {
      throw Usage.wrong(spec, "TAG expected with --delete but found none");
    }
    if (!tag.isEmpty()) {
      Usage.of(
          spec,
          () -> {
            Hub.requireTag(tag);
            return tag;
          });
    }
    if ((tag.isEmpty() || delete) && name.indexOf('@') >= 0) {
      throw Usage.wrong(spec, "repository expected without a revision but found " + name);
    }
    try (Hub open = Hubs.open(uri)) {
      if (tag.isEmpty()) {
        list(open.tags(repo.id()));
      } else if (delete) {
        open.deleteTag(repo.id(), tag);
        report(repo, "untagged", "");
      } else {
        String version = open.resolve(repo.id(), repo.revision()).id();
        open.tag(repo.id(), tag, version);
        report(repo, "tagged", version);
      }
    }
    return 0;
  }

  private void list(Map<String, String> tags) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.object();
      tags.forEach(object::put);
      Results.print(out, object);
      return;
    }
    Table table = new Table();
    tags.forEach(table::add);
    table.print(out);
    if (tags.isEmpty() && !root.quiet()) {
      out.println("no tags");
    }
  }

  private void report(RepoName repo, String what, String version) {
    PrintWriter out = spec.commandLine().getOut();
    if (json.isOn()) {
      ObjectNode object = Results.object().put("repository", repo.id().toString());
      Results.print(out, object.put("tag", tag).put("version", version));
      return;
    }
    Table table = new Table();
    table.add(what, repo.id() + "@" + tag + (version.isEmpty() ? "" : " = " + version));
    table.print(out);
  }
}
