package dev.reflectionflow;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The one exception of this library: an {@link ErrorCode} and one line that names the file or value and the cause.
 *
 * <p>Native code throws it too: a C++ error's text starts with the code's name and a colon, which {@link
 * #EngineException(String)} takes apart.
 */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** An error without an exception behind it. */
    public EngineException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    /** An error that another exception caused. */
    public EngineException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Called by the native boundary with the C++ error's {@code what()}, such as {@code "INVALID_ARGUMENT: ..."}. */
    public EngineException(String what) {
        this(codeOf(what), messageOf(what));
    }

    /**
     * An {@code INVALID_FILE} with the cause in words, which the messages of many file errors lack.
     *
     * @param failure what could not be done, such as {@code "cannot be read"}
     */
    public static EngineException invalidFile(Path file, String failure, IOException cause) {
        String line = (failure + ": " + reason(cause)).replaceAll("\\p{Cntrl}+", " ");
        return new EngineException(ErrorCode.INVALID_FILE, file + ": " + line, cause);
    }

    /** What kind of thing went wrong. */
    public ErrorCode code() {
        return code;
    }

    private static String reason(IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof FileAlreadyExistsException) {
            return "a file is in the way";
        }
        String reason = cause instanceof FileSystemException file ? file.getReason() : cause.getMessage();
        return reason == null ? cause.getClass().getSimpleName() : reason;
    }

    private static ErrorCode codeOf(String what) {
        for (ErrorCode code : ErrorCode.values()) {
            if (what.startsWith(code.name() + ": ")) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }

    private static String messageOf(String what) {
        String prefix = codeOf(what).name() + ": ";
        return what.startsWith(prefix) ? what.substring(prefix.length()) : what;
    }
}
