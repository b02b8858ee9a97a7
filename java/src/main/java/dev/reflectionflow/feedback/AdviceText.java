package dev.reflectionflow.feedback;

/** Makes advice of the words in a service's answer. */
final class AdviceText {
    /** In characters; the text encoder reads some 500 tokens, so that what is longer would be cut. */
    private static final int LONGEST = 2000;

    private AdviceText() {}

    /** The words on one line. */
    static String tidy(String text) {
        return text.replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    /**
     * @param what the text is, for the complaint
     * @throws UnreadableAnswer where it is blank or an essay
     */
    static Advice read(String text, String what) throws UnreadableAnswer {
        String tidy = tidy(text);
        if (tidy.isEmpty() || tidy.length() > LONGEST) {
            throw new UnreadableAnswer(tidy.isEmpty() ? "no " + what + " in it" : "its " + what + " is too long");
        }
        return Advice.given(tidy, Usage.NONE);
    }
}
