package io.fourierft.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns whatever a command throws into one line on the error stream and an exit code. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private final RootCommand root;

  Failures(RootCommand root) {
    this.root = root;
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    err.println(name + ": " + oneLine(failure.getMessage()) + " (see " + name + " --help)");
    return WRONG_USAGE;
  }

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    if (failure instanceof ParameterException usage) {
      return handleParseException(usage, new String[0]);
    }
    return report(failure, command.getErr());
  }

  /** Prints one line, and the stack where it is asked for. */
  int report(Throwable failure, PrintWriter err) {
    err.println("fourierft: " + describe(failure));
    if (root.stacktrace()) {
      failure.printStackTrace(err);
    }
    return FAILED;
  }

  /** What went wrong, in one line. */
  static String describe(Throwable failure) {
    if (failure instanceof java.io.UncheckedIOException unchecked) {
      return describe(unchecked.getCause());
    }
    if (failure instanceof FileSystemException file) {
      return describe(file);
    }
    if (failure instanceof OutOfMemoryError memory) {
      return "memory expected to suffice but ran out: "
          + oneLine(String.valueOf(memory.getMessage()))
          + " (more: FOURIERFT_JAVA_OPTS=\"-Xmx2g -Dorg.bytedeco.javacpp.maxBytes=8g\")";
    }
    if (failure instanceof LinkageError) {
      return Backend.describe(failure);
    }
    String message = failure.getMessage();
    boolean expected = failure instanceof IOException || failure instanceof RuntimeException;
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName() + " (--stacktrace shows where)";
    }
    return expected
        ? oneLine(message)
        : failure.getClass().getSimpleName() + ": " + oneLine(message);
  }

  private static String describe(FileSystemException failure) {
    String file = failure.getFile();
    if (failure instanceof NoSuchFileException) {
      return "file expected to exist but found none (" + file + ")";
    }
    if (failure instanceof AccessDeniedException) {
      return "file expected to be accessible but access is denied (" + file + ")";
    }
    if (failure instanceof NotDirectoryException) {
      return "directory expected but found a file (" + file + ")";
    }
    if (failure instanceof FileAlreadyExistsException) {
      return "file expected to be new but found one (" + file + ")";
    }
    if (failure instanceof DirectoryNotEmptyException) {
      return "directory expected to be empty but found files (" + file + ")";
    }
    String reason = failure.getReason();
    return "file expected to be readable and writable but found "
        + (reason == null ? failure.getClass().getSimpleName() : oneLine(reason))
        + " ("
        + file
        + ")";
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s*[\\r\\n]+\\s*", "; ");
  }
}
