package dev.reflectionflow.search;

import java.util.Locale;

/** What an advice is. */
public enum AdviceRole {
    /** A reflector's words on what to change. */
    REFLECTION,
    /** A refiner's new prompt. */
    REFINEMENT;

    /** As the journal spells it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
