package dev.reflectionflow;

/**
 * The one exception of this library: an {@link ErrorCode} and one line that names the file or value and the cause.
 *
 * <p>Native code throws it too: a C++ error's text starts with the code's name and a colon, which {@link
 * #EngineException(String)} takes apart.
 */
public final class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public EngineException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public EngineException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    /** Called by the native boundary with the C++ error's {@code what()}, such as {@code "INVALID_ARGUMENT: ..."}. */
    public EngineException(String what) {
        this(codeOf(what), messageOf(what));
    }

    public ErrorCode code() {
        return code;
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
