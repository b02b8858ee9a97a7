package dev.reflectionflow.cli;

import dev.reflectionflow.report.GenRefExport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Turns runs into shards. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Writes pairs of a flawed image and the better one drawn from it and a reflection, as WebDataset shards.",
            "",
            "Examples:",
            "  reflectionflow genref export out/stars -o shards",
            "  reflectionflow genref export out/a out/b -o shards --min-gap 0.25",
            "  reflectionflow genref export out/a -o shards --shard-size 500",
            ""
        })
final class GenrefExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs with reflections.")
    private List<Path> directories;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "OUT",
            required = true,
            description = "Folder for genref_0.tar and so on, without any of these yet.")
    private Path output;

    @Option(
            names = "--shard-size",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Most pairs of a shard. Default: ${DEFAULT-VALUE}.")
    private int shardSize;

    @Option(
            names = "--min-gap",
            paramLabel = "X",
            defaultValue = "0",
            description = "Least gain in score of a pair; equal scores never make one. Default: ${DEFAULT-VALUE}.")
    private double minGap;

    @Override
    public Integer call() {
        if (shardSize < 1) {
            throw new ParameterException(spec.commandLine(), "--shard-size " + shardSize + " is not 1 or more");
        }
        if (!(minGap >= 0)) {
            throw new ParameterException(spec.commandLine(), "--min-gap " + minGap + " is not 0 or more");
        }
        Console console = Console.of(spec.commandLine());
        GenRefExport.Written written = GenRefExport.write(directories, output, shardSize, minGap);
        written.shards().forEach(shard -> console.result(shard.toString()));
        console.note(
                written.pairs() == 0
                        ? "no image drawn from a reflection scored higher than the one before it: nothing to write"
                        : written.pairs() + " pairs in " + written.shards().size() + " shards");
        return 0;
    }
}
