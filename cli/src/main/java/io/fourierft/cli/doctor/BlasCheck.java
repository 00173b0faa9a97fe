package io.fourierft.cli.doctor;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/** Asks the loaded OpenBLAS for its version, the kernels it chose and its threads. */
final class BlasCheck implements Check {
  private static final String SUBJECT = "BLAS";

  private final BackendCheck backend;

  BlasCheck(BackendCheck backend) {
    this.backend = backend;
  }

  @Override
  public List<Finding> examine() {
    if (!backend.started()) {
      return List.of();
    }
    Optional<Path> library = library();
    if (library.isEmpty()) {
      return List.of(Finding.ok(SUBJECT, "of the backend (no OpenBLAS loaded)"));
    }
    return ask(library.get());
  }

  /** The OpenBLAS that JavaCPP loaded for ND4J, not one that merely lies about. */
  private static Optional<Path> library() {
    return Loader.getLoadedLibraries().values().stream()
        .map(Path::of)
        .filter(path -> path.getFileName().toString().startsWith("libopenblas"))
        .findFirst();
  }

  private static List<Finding> ask(Path path) {
    // The path names the very file that is loaded already, so this opens no second copy.
    NativeLibrary library = NativeLibrary.getInstance(path.toString());
    String version = text(library, "openblas_get_config");
    String kernel = text(library, "openblas_get_corename");
    int threads = library.getFunction("openblas_get_num_threads").invokeInt(new Object[0]);
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(SUBJECT, version + ", kernels for " + kernel));
    int processors = Runtime.getRuntime().availableProcessors();
    String found = threads + " for OpenBLAS, " + processors + " processors";
    findings.add(
        threads < processors
            ? Finding.warn("threads", found, "unset OPENBLAS_NUM_THREADS and OMP_NUM_THREADS")
            : Finding.ok("threads", found));
    return findings;
  }

  private static String text(NativeLibrary library, String function) {
    Pointer text = library.getFunction(function).invokePointer(new Object[0]);
    return text.getString(0).strip();
  }
}
