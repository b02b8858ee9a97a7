package dev.reflectionflow.cli;

import dev.reflectionflow.scenes.SceneSplit;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes training data for correctors, and prompts. */
@Command(
        name = "make",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Writes flawed scenes, the reflections that mend them and the mended scenes as GenRef's WebDataset.",
            "Beside the shards lie prompts to train and to test with: prompts-test.jsonl holds combinations that",
            "no training prompt asks for. The same options give the same bytes; stopped at any moment, the same",
            "command goes on.",
            "",
            "Examples:",
            "  reflectionflow scenes make -o scenes",
            "  reflectionflow scenes make -o scenes --count 20000 --seed 1 --shard-size 2000",
            "  reflectionflow search --prompts scenes/prompts-test.jsonl -o out/test",
            ""
        })
final class ScenesMakeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            required = true,
            description = "Folder for genref_0.tar and so on, and the prompts.")
    private Path output;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Pairs in all; 0 writes the prompts alone. Default: ${DEFAULT-VALUE}.")
    private int count;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "0",
            description = "Seed of the pairs and the training prompts; the test prompts are always the same."
                    + " Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--shard-size",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Most pairs of a shard. Default: ${DEFAULT-VALUE}.")
    private int shardSize;

    @Option(
            names = "--split",
            paramLabel = "SPLIT",
            defaultValue = "TRAIN",
            description = "${COMPLETION-CANDIDATES}: whose prompts the pairs have. Default: ${DEFAULT-VALUE}.")
    private SceneSplit split = SceneSplit.TRAIN;

    @Override
    public Integer call() {
        check("--count", count, 0);
        check("--shard-size", shardSize, 1);
        new ScenesMakeRun(Console.of(spec.commandLine()), output, split, seed).write(count, shardSize);
        return 0;
    }

    private void check(String option, int value, int least) {
        if (value < least) {
            throw new ParameterException(spec.commandLine(), option + " " + value + " is not " + least + " or more");
        }
    }
}
