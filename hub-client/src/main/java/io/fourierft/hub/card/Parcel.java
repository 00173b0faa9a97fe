package io.fourierft.hub.card;

import io.fourierft.adapter.Adapter;
import io.fourierft.adapter.AdapterFileInfo;
import io.fourierft.adapter.AdapterFiles;
import io.fourierft.hub.Metadata;
import io.fourierft.hub.ModelCard;
import io.fourierft.hub.Publication;
import io.fourierft.hub.RepoId;
import io.fourierft.hub.sign.ModelSigner;
import io.fourierft.hub.sign.ModelVerifier;
import io.fourierft.peft.PeftDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * An adapter made ready for a hub: its files byte for byte, the same adapter as a PEFT directory
 * for Python where it can be one, and a model card.
 *
 * <p>What is made lies in a temporary directory until the parcel is closed.
 */
public final class Parcel implements AutoCloseable {
  /** The path of an adapter file in a version. */
  public static final String FILE = "adapter.fft";

  private static final String TAG = "fourierft";

  private final RepoId repo;
  private final Wishes wishes;
  private final Path made;
  private final SortedMap<String, Path> files = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private Metadata metadata = Metadata.EMPTY;

  /**
   * What the publisher wants.
   *
   * @param stated the base model, task and tags; what is empty is taken from the card that there is
   *     already, then from the adapter
   * @param license such as {@code apache-2.0}; empty to state none
   * @param peft whether to add a PEFT directory to an adapter file
   * @param card whether to write or complete README.md
   * @param before the card of the version before, whose prose is kept where the adapter comes
   *     without one; may be empty
   */
  public record Wishes(
      Metadata stated, String license, boolean peft, boolean card, Optional<ModelCard> before) {
    /** Everything, as the adapter states it. */
    public static final Wishes DEFAULTS =
        new Wishes(Metadata.EMPTY, "", true, true, Optional.empty());

    /**
     * Keeps what people wrote into the card of the version before.
     *
     * @param card that card
     * @return the changed wishes
     */
    public Wishes after(ModelCard card) {
      return new Wishes(stated, license, peft, this.card, Optional.of(card));
    }
  }

  private Parcel(RepoId repo, Wishes wishes, Path made) {
    this.repo = repo;
    this.wishes = wishes;
    this.made = made;
  }

  /**
   * Makes an adapter ready, checking that it is one.
   *
   * @param source an adapter file or a PEFT directory
   * @param repo where it will be published
   * @param wishes what the publisher wants
   * @return the parcel
   * @throws IOException if it is no adapter or cannot be read
   */
  public static Parcel pack(Path source, RepoId repo, Wishes wishes) throws IOException {
    Parcel parcel = new Parcel(repo, wishes, Files.createTempDirectory("fourierft-parcel"));
    try {
      parcel.fill(source);
      return parcel;
    } catch (IOException | RuntimeException e) {
      parcel.close();
      throw e;
    }
  }

  private void fill(Path source) throws IOException {
    CardFacts facts;
    boolean isDirectory = Files.isDirectory(source);
    if (isDirectory) {
      PeftFolder folder = PeftFolder.open(source);
      facts = folder.facts();
      files.putAll(folder.files());
    } else {
      facts = addAdapter(source);
    }
    ModelCard card = card();
    Metadata before = card.metadata();
    Metadata wished = wishes.stated();
    facts =
        facts.stating(
            first(wished.baseModel(), before.baseModel()), first(wished.task(), before.task()));
    TreeSet<String> tags = new TreeSet<>(before.tags());
    tags.addAll(wished.tags());
    tags.add(TAG);
    metadata = new Metadata(facts.baseModel(), facts.task(), List.copyOf(tags));
    if (isSigned()) {
      notes.add("README.md is left as it is, since the directory is signed");
    } else if (wishes.card()) {
      write(card, facts);
    }
  }

  /**
   * Tells whether the adapter came with a signature, which any change to its files would break.
   *
   * @return whether there is one
   */
  public boolean isSigned() {
    return files.containsKey(ModelVerifier.FILE);
  }

  /**
   * Signs all files, in the place of a signature that they came with.
   *
   * @param signer who signs
   * @throws IOException if a file cannot be read
   */
  public void sign(ModelSigner signer) throws IOException {
    files.remove(ModelVerifier.FILE);
    Path signature = made.resolve(ModelVerifier.FILE);
    Files.write(signature, signer.sign(repo.toString(), files));
    files.put(ModelVerifier.FILE, signature);
  }

  private static String first(String one, String other) {
    return one.isEmpty() ? other : one;
  }

  private CardFacts addAdapter(Path source) throws IOException {
    AdapterFileInfo info = AdapterFiles.verify(source);
    Adapter adapter = AdapterFiles.read(source);
    files.put(FILE, source);
    if (wishes.peft()) {
      try {
        Path folder = made.resolve("peft");
        PeftDirectory.write(folder, adapter);
        for (String name : List.of(PeftDirectory.CONFIG, PeftDirectory.MODEL)) {
          files.put(name, folder.resolve(name));
        }
      } catch (IllegalArgumentException e) {
        notes.add("no PEFT form for Python: " + e.getMessage());
      }
    }
    return CardFacts.of(adapter, info);
  }

  private ModelCard card() throws IOException {
    Path file = files.get(ModelCard.FILE);
    if (file == null) {
      return wishes.before().orElseGet(() -> ModelCard.parse("# " + repo.name() + "\n"));
    }
    return ModelCard.read(file);
  }

  private void write(ModelCard card, CardFacts facts) throws IOException {
    boolean peft = files.containsKey(PeftDirectory.CONFIG);
    ModelCard full = card.with(metadata, peft);
    if (!wishes.license().isEmpty()) {
      full = full.stating("license", wishes.license());
    }
    if (!facts.metrics().isEmpty()) {
      full = full.completing(FrontMatter.metrics(facts), FrontMatter.index(repo, facts));
    }
    String section = new CardSection(repo, facts, files.containsKey(FILE), peft).write();
    Path written = made.resolve(ModelCard.FILE);
    Files.writeString(written, full.withSection(section).text());
    files.put(ModelCard.FILE, written);
  }

  /**
   * Where the adapter will be published.
   *
   * @return the repository
   */
  public RepoId repo() {
    return repo;
  }

  /**
   * What the adapter, its card and the publisher say of it.
   *
   * @return the metadata
   */
  public Metadata metadata() {
    return metadata;
  }

  /**
   * The files to publish.
   *
   * @return the source of each path; those that were made vanish when the parcel is closed
   */
  public SortedMap<String, Path> files() {
    return Collections.unmodifiableSortedMap(files);
  }

  /**
   * What the publisher should know, such as why there is no PEFT form.
   *
   * @return sentences
   */
  public List<String> notes() {
    return List.copyOf(notes);
  }

  /**
   * Begins a publication of the files with their metadata.
   *
   * @return a builder
   * @throws IllegalArgumentException if a file has a name that some system could not keep
   */
  public Publication.Builder publication() {
    Publication.Builder publication = Publication.builder().metadata(metadata);
    files.forEach(publication::file);
    return publication;
  }

  /** Removes what was made. */
  @Override
  public void close() throws IOException {
    try (Stream<Path> all = Files.walk(made)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
