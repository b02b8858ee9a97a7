package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.OpenAiVerifier;
import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.feedback.ServiceSettings;
import dev.reflectionflow.feedback.Verifier;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who judges the candidates. */
final class VerifierOptions {
    /** The verifiers by name. */
    enum Name {
        SCENE,
        OPENAI;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--verifier",
            paramLabel = "NAME",
            defaultValue = "scene",
            description = "${COMPLETION-CANDIDATES}: judge shapes offline, or ask a chat service that sees images."
                    + " Default: ${DEFAULT-VALUE}.")
    Name name = Name.SCENE;

    @Option(
            names = "--verifier-url",
            paramLabel = "URL",
            description = "Base address of the service, such as http://localhost:8000/v1.")
    String url;

    @Option(names = "--verifier-model", paramLabel = "NAME", description = "Model that the service should ask.")
    String model;

    Verifier create(CommandSpec spec, Console console) {
        if (name == Name.SCENE) {
            if (url != null || model != null) {
                throw new ParameterException(
                        spec.commandLine(), "--verifier-url and --verifier-model go with --verifier openai");
            }
            return new SceneVerifier(console::note);
        }
        if (url == null || model == null) {
            throw new ParameterException(
                    spec.commandLine(), "--verifier openai needs --verifier-url URL and --verifier-model NAME");
        }
        return OpenAiVerifier.fromEnvironment(ServiceSettings.of(url, model));
    }
}
