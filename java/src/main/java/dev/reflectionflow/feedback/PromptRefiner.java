package dev.reflectionflow.feedback;

/** Rewrites the current prompt so that the next image shows better what the user's own prompt asks for. */
public interface PromptRefiner extends Adviser {
    /**
     * The prompt to draw next from. What goes wrong with this one attempt is an advice without a text, never an exception.
     *
     * @param newest the reflection on the attempt's image, which the prompt must not contradict; empty for none
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where the service proves unusable on first contact
     */
    Advice refine(Attempt attempt, String newest);
}
