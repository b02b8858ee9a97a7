package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/** Refuses prompts that are not text, before a model is opened for them. */
final class PromptCheck {
    private static final char REPLACEMENT = '\uFFFD';

    private PromptCheck() {}

    /**
     * Checks one prompt.
     *
     * @param name how the message calls it
     * @throws EngineException {@code INVALID_ARGUMENT} naming the position
     */
    static void check(String name, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw bad(name, "a NUL character", i);
            }
            if (c == REPLACEMENT) {
                // Java puts it where an argument's bytes are not text in the locale's encoding.
                throw bad(name, "a character that got lost: not UTF-8, or the locale is not (try LC_ALL=C.UTF-8)", i);
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw bad(name, "half a character (an unpaired surrogate)", i);
            }
        }
    }

    private static EngineException bad(String name, String what, int position) {
        return new EngineException(
                ErrorCode.INVALID_ARGUMENT, "the " + name + " has at position " + position + " " + what);
    }
}
