package dev.reflectionflow.text;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/** What may stand in a prompt: any text that UTF-8 can carry, without NUL. */
public final class PromptText {
    private PromptText() {}

    /**
     * Refuses what is no prompt: a NUL character, which the tokenizers themselves would take like any other, or half a
     * character. For requests, before any work is done.
     *
     * @throws EngineException {@code INVALID_ARGUMENT} naming the position
     */
    public static void check(String text) {
        checkCharacters(text);
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw bad("a NUL character", nul);
        }
    }

    /** Refuses half a character, which UTF-8 cannot carry. */
    static void checkCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw bad("half a character (an unpaired surrogate)", i);
            }
        }
    }

    private static EngineException bad(String what, int position) {
        return new EngineException(
                ErrorCode.INVALID_ARGUMENT, "prompt: " + what + " at position " + position + " is not text");
    }
}
