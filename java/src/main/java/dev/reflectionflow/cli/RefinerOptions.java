package dev.reflectionflow.cli;

import dev.reflectionflow.feedback.ImageDetail;
import dev.reflectionflow.feedback.OpenAiRefiner;
import dev.reflectionflow.feedback.PromptRefiner;
import dev.reflectionflow.feedback.SceneRefiner;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** Who rewrites prompts. */
final class RefinerOptions {
    /** The refiners by name. */
    enum Name {
        NONE,
        SCENE,
        OPENAI;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--refiner",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "${COMPLETION-CANDIDATES}: rewrites the prompt after seeing what came of it."
                    + " Default: ${DEFAULT-VALUE}.")
    Name name = Name.NONE;

    @Option(
            names = "--refiner-url",
            paramLabel = "URL",
            description = "Base address of its service. Default: the verifier's.")
    String url;

    @Option(
            names = "--refiner-model",
            paramLabel = "NAME",
            description = "Model that the service should ask. Default: the verifier's at the same address.")
    String model;

    @Option(
            names = "--refiner-detail",
            paramLabel = "HOW",
            description = "How closely it should look: auto, low or high. Default: auto.")
    ImageDetail detail;

    @Option(
            names = "--refiner-temperature",
            paramLabel = "T",
            description = "0 for answers that repeat, to 2. Default: 0.")
    Double temperature;

    @Option(names = "--refiner-seed", paramLabel = "SEED", description = "Seed sent along. Default: 0.")
    Long seed;

    @Option(names = "--refiner-prompt-file", paramLabel = "FILE", description = "Your own instructions. Default: ours.")
    Path promptFile;

    /** The refiner; empty for none. Its service may be the verifier's. */
    Optional<PromptRefiner> create(CommandSpec spec, Console console, ServiceChoice verifier) {
        ServiceChoice own =
                new ServiceChoice("refiner", url, model, detail, temperature, seed, promptFile, new AskingOptions());
        if (name == Name.OPENAI) {
            return Optional.of(OpenAiRefiner.fromEnvironment(
                    own.or(verifier).settings(spec, name.toString()), own.words(OpenAiRefiner::defaultInstructions)));
        }
        own.refuse(spec, name.toString());
        return name == Name.NONE ? Optional.empty() : Optional.of(new SceneRefiner(console::note));
    }
}
