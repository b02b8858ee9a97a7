package dev.reflectionflow.cli;

import dev.reflectionflow.report.Report;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a page of runs. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Makes one HTML page of runs: each prompt's tree of images, curves, tables, failures.",
            "The page needs no network and no other file. The runs may still be going on.",
            "",
            "Examples:",
            "  reflectionflow report out/stars",
            "  reflectionflow report out/noise out/reflection --title \"Noise or reflection?\" -o compared.html",
            "  reflectionflow report out/stars --svg curves.svg --png curves.png",
            ""
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "DIR", description = "Folders of runs, shown side by side in this order.")
    private List<Path> directories;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "The page; one of that name is replaced. Default: ${DEFAULT-VALUE}.")
    private Path output;

    @Option(names = "--svg", paramLabel = "FILE", description = "Also write the curves as SVG. Default: no.")
    private Path svg;

    @Option(names = "--png", paramLabel = "FILE", description = "Also write the curves as PNG. Default: no.")
    private Path png;

    @Option(names = "--title", paramLabel = "TEXT", description = "Heading of the page. Default: the folders' names.")
    private String title;

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        Report report = Report.of(title == null ? names() : title, directories);
        report.writeHtml(output, LocalDate.now(ZoneId.systemDefault()));
        console.result(output.toString());
        if (svg != null) {
            report.writeSvg(svg);
            console.result(svg.toString());
        }
        if (png != null) {
            report.writePng(png);
            console.result(png.toString());
        }
        return 0;
    }

    private String names() {
        List<String> names = directories.stream()
                .map(one -> String.valueOf(one.toAbsolutePath().normalize().getFileName()))
                .toList();
        return String.join(", ", names);
    }
}
