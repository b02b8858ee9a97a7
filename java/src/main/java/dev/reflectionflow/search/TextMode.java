package dev.reflectionflow.search;

import dev.reflectionflow.GenerationRequest;

/** How prompt and reflection become what the text encoders read; the one place where the marker is spelled. */
public enum TextMode {
    /** As the corrector was trained: CLIP reads the user's own prompt, T5 the current prompt and the reflection. */
    TRAIN(" [Reflexion] "),
    /** As the released search does it: both read the current prompt and the reflection, CLIP as far as it can see. */
    RELEASED(" [Reflexion]: ");

    private final String marker;

    TextMode(String marker) {
        this.marker = marker;
    }

    /** The request for a correction. */
    GenerationRequest.Builder correction(String original, String current, String reflection) {
        String both = current + marker + reflection;
        return this == TRAIN ? GenerationRequest.builder(original).prompt2(both) : GenerationRequest.builder(both);
    }
}
