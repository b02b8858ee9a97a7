package dev.reflectionflow.cli;

import dev.reflectionflow.scenes.SceneVocabulary;
import dev.reflectionflow.text.WordTokenizers;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes the tokenizers of a model of scenes. */
@Command(
        name = "tokenizers",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Writes the two tokenizers of a model of scenes.",
            "Each word of its prompts and reflections is one token.",
            "",
            "Examples:",
            "  reflectionflow scenes tokenizers -o my-model",
            "  reflectionflow scenes tokenizers -o my-model --length 48",
            ""
        })
final class ScenesTokenizersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Folder of a model, for tokenizer and tokenizer_2.")
    private Path output;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "64",
            description = "Text tokens that the model reads, the end marker included. Default: ${DEFAULT-VALUE}.")
    private int length;

    @Override
    public Integer call() {
        if (length < 2) {
            throw new ParameterException(spec.commandLine(), "--length " + length + " is not 2 or more");
        }
        Path clip = output.resolve("tokenizer");
        Path t5 = output.resolve("tokenizer_2");
        WordTokenizers.writeClip(clip, SceneVocabulary.words());
        WordTokenizers.writeT5(t5, SceneVocabulary.words(), length);
        Console console = Console.of(spec.commandLine());
        console.result(clip.toString());
        console.result(t5.toString());
        return 0;
    }
}
