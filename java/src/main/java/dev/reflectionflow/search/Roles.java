package dev.reflectionflow.search;

import dev.reflectionflow.feedback.PromptRefiner;
import dev.reflectionflow.feedback.Reflector;
import dev.reflectionflow.feedback.Verifier;
import java.util.Objects;
import java.util.Optional;

/**
 * Who judges and advises. Without advisers the search works at noise alone; a refiner adds prompts to that, a reflector
 * corrections; either works without the other.
 *
 * @param verifier of every image
 * @param reflector of the images to better, if any
 * @param refiner of their prompts, if any
 */
public record Roles(Verifier verifier, Optional<Reflector> reflector, Optional<PromptRefiner> refiner) {
    private static final int PROMPTS_AT_ONCE = 4;

    public Roles {
        Objects.requireNonNull(verifier, "verifier");
    }

    /** Noise alone. */
    public static Roles of(Verifier verifier) {
        return new Roles(verifier, Optional.empty(), Optional.empty());
    }

    /** The same with a reflector, whose images need a corrector in the engine. */
    public Roles with(Reflector value) {
        return new Roles(verifier, Optional.of(value), refiner);
    }

    /** The same with a refiner. */
    public Roles with(PromptRefiner value) {
        return new Roles(verifier, reflector, Optional.of(value));
    }

    /** The axes in words, such as {@code noise+prompt}. */
    public String strategy() {
        return "noise" + (refiner.isPresent() ? "+prompt" : "") + (reflector.isPresent() ? "+reflection" : "");
    }

    /** Whether chains are worth an advice. */
    boolean advise() {
        return reflector.isPresent() || refiner.isPresent();
    }

    /** Prompts worth working at together, so that the engine draws while a service thinks or a disk writes. */
    int promptsAtOnce() {
        boolean offline = verifier.concurrency() == 1
                && reflector.stream().allMatch(role -> role.concurrency() == 1)
                && refiner.stream().allMatch(role -> role.concurrency() == 1);
        return offline ? 2 : PROMPTS_AT_ONCE;
    }

    /** @throws dev.reflectionflow.EngineException {@code SERVICE} where one of them cannot work at all */
    void checkReady() {
        verifier.checkReady();
        reflector.ifPresent(Reflector::checkReady);
        refiner.ifPresent(PromptRefiner::checkReady);
    }
}
