package dev.reflectionflow.feedback;

/** Says in words what to change in an image so that it shows what the prompt asks for. */
public interface Reflector extends Adviser {
    /**
     * The reflection on one attempt: commands such as "Add one red circle." What goes wrong with this one attempt is an
     * advice without a text, never an exception.
     *
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where the service proves unusable on first contact
     */
    Advice reflect(Attempt attempt);
}
