package dev.reflectionflow;

/** What kind of thing went wrong, and the exit code that a command ends with for it. */
public enum ErrorCode {
    /** A bug of ours. */
    INTERNAL(1),
    /** An option, a size or another value of a request is out of range. */
    INVALID_ARGUMENT(2),
    /** A file, a model or a configuration is missing, damaged or of the wrong kind. */
    INVALID_FILE(3),
    /** The device cannot be used. */
    DEVICE(4),
    /** Host or device memory is exhausted. */
    OUT_OF_MEMORY(4),
    /** A remote service could not be used from the start. */
    SERVICE(5),
    /** The work ended, but some candidates could not be scored. */
    UNSCORED(6),
    /** The caller asked to stop. */
    CANCELLED(130);

    private final int exitCode;

    ErrorCode(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The process exit code of this kind of error. */
    public int exitCode() {
        return exitCode;
    }
}
