package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns whatever goes wrong into one line on stderr and an exit code. */
final class Failures {
    private final CommandLine line;
    private final BooleanSupplier verbose;

    Failures(CommandLine line, BooleanSupplier verbose) {
        this.line = line;
        this.verbose = verbose;
    }

    /** Runs the command that was parsed; errors that are no exceptions end here too. */
    int run(ParseResult parsed) {
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (Error e) {
            return report(e);
        }
    }

    /** Options and arguments that cannot be understood. */
    int parameters(ParameterException e, String[] args) {
        StringBuilder text = new StringBuilder(e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                text.append("; did you mean ")
                        .append(String.join(" or ", suggestions))
                        .append('?');
            }
        }
        String command = e.getCommandLine().getCommandSpec().qualifiedName();
        say(text + " (" + command + " --help shows what there is)", e);
        return ErrorCode.INVALID_ARGUMENT.exitCode();
    }

    /** Anything that a command throws. */
    int report(Throwable thrown) {
        Throwable error = unwrapped(thrown);
        if (error instanceof EngineException known) {
            say(known.getMessage(), known);
            return known.code().exitCode();
        }
        if (error instanceof OutOfMemoryError) {
            say("out of memory: " + error.getMessage() + "; draw smaller or fewer images at once", error);
            return ErrorCode.OUT_OF_MEMORY.exitCode();
        }
        if (error instanceof LinkageError) {
            say("the native libraries cannot be used: " + reason(error), error);
            return ErrorCode.DEVICE.exitCode();
        }
        say("a bug: " + error + "; please report it with the output of --verbose", error);
        return ErrorCode.INTERNAL.exitCode();
    }

    /** The first cause of a class or library that could not be loaded, in words. */
    static String reason(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private static Throwable unwrapped(Throwable error) {
        boolean wrapper = error instanceof CompletionException
                || error instanceof java.util.concurrent.ExecutionException
                || error instanceof CommandLine.ExecutionException;
        return wrapper && error.getCause() != null ? unwrapped(error.getCause()) : error;
    }

    private void say(String message, Throwable error) {
        PrintWriter err = line.getErr();
        err.println("reflectionflow: " + Console.oneLine(message));
        if (verbose.getAsBoolean()) {
            error.printStackTrace(err);
        }
        err.flush();
    }
}
