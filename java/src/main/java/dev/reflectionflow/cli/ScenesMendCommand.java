package dev.reflectionflow.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a corrector of scenes; {@link ScenesMendRun} does the work. */
@Command(
        name = "mend",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Has a corrector mend flawed scenes of prompts that training never saw, and measures what came of it.",
            "Each scene is drawn anew from the flawed picture and the reflection, from the picture alone, and from",
            "the reflection alone. Prints Markdown: how many pictures the evaluator calls right whose flawless",
            "objects stand where they stood, with the 95 %% interval (Wilson), and the same by kind of flaw.",
            "",
            "Examples:",
            "  reflectionflow scenes mend",
            "  reflectionflow scenes mend -m runs/scenes/guidance \\",
            "      --corrector runs/scenes/corrector/pytorch_lora_weights.safetensors --count 400 --batch 4",
            ""
        })
final class ScenesMendCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "200",
            description = "Flawed scenes. Default: ${DEFAULT-VALUE}.")
    int count;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "0",
            description = "Seed of the scenes and of the noise that they are drawn from. Default: ${DEFAULT-VALUE}.")
    long seed;

    @Mixin
    CorrectorOptions corrector = new CorrectorOptions();

    @Mixin
    ModelOptions model = new ModelOptions();

    ScenesMendCommand(EngineOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        ModelOptions.requirePositive(spec, "--count", count);
        LoraArgument lora = corrector.required(spec, model, "scenes mend");
        EngineSettings settings = model.settings(spec, lora);
        Console console = Console.of(spec.commandLine());
        console.result(new ScenesMendRun(console, corrector.settings(lora), corrector.values.text, seed, count)
                .run(opener, settings));
        return 0;
    }
}
