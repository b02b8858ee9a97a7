package dev.reflectionflow.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Says how alike pictures are, such as those of an approximate mode and the exact ones. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Says how alike pictures are, such as those of an approximate mode and the exact ones of the same seeds.",
            "PSNR in decibels over all bytes; of brightness, SSIM (Gaussian window of 11x11, Wang et al. 2004) and",
            "the mean similarity of gradient magnitudes (Xue et al. 2014), which are 1 for equal pictures.",
            "",
            "Examples:",
            "  reflectionflow compare exact.png cached.png",
            "  reflectionflow compare out/exact out/cached --format json",
            ""
        })
final class CompareCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "A PNG file, or a folder such as a run's.")
    private Path a;

    @Parameters(
            index = "1",
            paramLabel = "B",
            description = "Another, of the same size; of folders, files of the same names are compared.")
    private Path b;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}: a table, or an object per pair and one for all."
                    + " Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.TEXT;

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        PicturePairs found = PicturePairs.of(a, b);
        Comparison comparison = new Comparison(
                found.pairs().parallelStream().map(ComparedPicture::of).toList(), found.alone());
        comparison.notes().forEach(console::note);
        (format == OutputFormat.JSON ? comparison.json() : comparison.text()).forEach(console::result);
        return 0;
    }
}
