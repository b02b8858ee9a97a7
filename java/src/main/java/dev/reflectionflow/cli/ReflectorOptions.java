package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.ImageDetail;
import dev.reflectionflow.feedback.OpenAiReflector;
import dev.reflectionflow.feedback.Reflector;
import dev.reflectionflow.feedback.ReleasedReflector;
import dev.reflectionflow.feedback.SceneReflector;
import dev.reflectionflow.feedback.ServiceSettings;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Who says what to change. */
final class ReflectorOptions {
    /** The reflectors by name. */
    enum Name {
        NONE,
        SCENE,
        OPENAI,
        RELEASED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--reflector",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "${COMPLETION-CANDIDATES}: says what to change, which a corrector then draws; released: the"
                    + " published reflection generator as LLaMA-Factory serves it."
                    + " Default: ${DEFAULT-VALUE}.")
    Name name = Name.NONE;

    @Option(
            names = "--reflector-url",
            paramLabel = "URL",
            description = "Base address of its service. Default: the verifier's.")
    String url;

    @Option(
            names = "--reflector-model",
            paramLabel = "NAME",
            description = "Model that the service should ask. Default: the verifier's at the same address.")
    String model;

    @Option(
            names = "--reflector-detail",
            paramLabel = "HOW",
            description = "How closely it should look: auto, low or high. Default: auto.")
    ImageDetail detail;

    @Option(
            names = "--reflector-temperature",
            paramLabel = "T",
            description = "0 for answers that repeat, to 2. Default: 0.")
    Double temperature;

    @Option(names = "--reflector-seed", paramLabel = "SEED", description = "Seed sent along. Default: 0.")
    Long seed;

    @Option(
            names = "--reflector-prompt-file",
            paramLabel = "FILE",
            description = "Your own instructions. Default: ours.")
    Path promptFile;

    /** The reflector; empty for none. Its service may be the verifier's. */
    Optional<Reflector> create(CommandSpec spec, Console console, ServiceChoice verifier) {
        ServiceChoice own =
                new ServiceChoice("reflector", url, model, detail, temperature, seed, promptFile, new AskingOptions());
        if (name == Name.NONE || name == Name.SCENE) {
            own.refuse(spec, name.toString());
            return name == Name.NONE ? Optional.empty() : Optional.of(new SceneReflector(console::note));
        }
        ServiceSettings service = own.or(verifier).settings(spec, name.toString());
        if (name == Name.OPENAI) {
            return Optional.of(
                    OpenAiReflector.fromEnvironment(service, own.words(OpenAiReflector::defaultInstructions)));
        }
        if (promptFile != null) {
            throw new ParameterException(
                    spec.commandLine(), "--reflector released asks in its own words: no --reflector-prompt-file");
        }
        return Optional.of(ReleasedReflector.fromEnvironment(service));
    }
}
