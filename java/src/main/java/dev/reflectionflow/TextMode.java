package dev.reflectionflow;

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

    /** Prompt, marker and reflection in one. */
    public String join(String prompt, String reflection) {
        return prompt + marker + reflection;
    }

    /**
     * The request for a correction.
     *
     * @param original the user's own prompt
     * @param current what the refiners made of it
     */
    public GenerationRequest.Builder correction(String original, String current, String reflection) {
        String both = join(current, reflection);
        return this == TRAIN ? GenerationRequest.builder(original).prompt2(both) : GenerationRequest.builder(both);
    }
}
