package dev.reflectionflow.train.data;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;

/**
 * How often a part of a sample is left out, each decided by itself.
 *
 * @param text share of samples whose T5 text is empty
 * @param image share of samples whose condition is black and whose reflection is left out; never of the split editing, whose
 *     reflections mean nothing without it
 * @param reflection share of samples without their reflection
 * @param prompt whether CLIP's text is dropped with T5's, which the released training does not do; without it a network
 *     trained from scratch has no unconditional half to guide with
 */
public record Drops(double text, double image, double reflection, boolean prompt) {
    /** The published shares. */
    public static final Drops PUBLISHED = new Drops(0.1, 0.1, 0.1, false);

    /** Nothing is left out. */
    public static final Drops NONE = new Drops(0, 0, 0, false);

    /** Checks the shares; {@code INVALID_ARGUMENT} names the one that is none. */
    public Drops {
        check("drop_text_prob", text);
        check("drop_image_prob", image);
        check("drop_reflection_prob", reflection);
    }

    private static void check(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, name + ": " + share + " is not from 0 to 1");
        }
    }
}
