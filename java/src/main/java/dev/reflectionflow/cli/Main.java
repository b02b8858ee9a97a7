package dev.reflectionflow.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code reflectionflow}: the commands below one name. */
@Command(
        name = "reflectionflow",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Draws FLUX.1 images, and the best of several with inference-time search.",
            "",
            "Examples:",
            "  reflectionflow search \"a photo of a red circle left of a blue square\"",
            "  reflectionflow generate \"a photo of a red circle\" --seed 7 -n 4 -o circles",
            "  reflectionflow generate \"a lighthouse at dusk\" -m black-forest-labs/FLUX.1-dev --dtype bf16",
            ""
        })
final class Main implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Show the stack trace of an error (also REFLECTIONFLOW_VERBOSE=1).")
    private boolean verbose;

    boolean isVerbose() {
        return verbose || "1".equals(System.getenv("REFLECTIONFLOW_VERBOSE"));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "Missing command: generate, search, score, filter, report, compare, genref, train, scenes, bench, doctor, inspect");
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        int exitCode = commandLine(FluxOpenEngine::open).execute(args);
        // The engine's thread is a daemon, and native libraries have nothing left to say.
        System.exit(exitCode);
    }

    /** The whole command line over a way to open engines; results on {@code getOut()}, all else on {@code getErr()}. */
    static CommandLine commandLine(EngineOpener opener) {
        Main main = new Main();
        CommandLine line = new CommandLine(main)
                .addSubcommand(new GenerateCommand(opener))
                .addSubcommand(new SearchCommand(opener))
                .addSubcommand(new ScoreCommand())
                .addSubcommand(new FilterCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand(new GenrefCommand())
                .addSubcommand(new TrainCommand(opener))
                .addSubcommand(new CommandLine(new ScenesCommand()).addSubcommand(new ScenesMendCommand(opener)))
                .addSubcommand(new BenchCommand(opener))
                .addSubcommand(new DoctorCommand(opener))
                .addSubcommand(new InspectCommand())
                .addSubcommand(new CompletionCommand())
                .addSubcommand(new HelpCommand());
        // A prompt may start with @; nothing of it is a file name.
        line.setExpandAtFiles(false);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(100);
        line.setUsageHelpLongOptionsMaxWidth(34);
        line.setOut(new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8));
        Failures failures = new Failures(line, main::isVerbose);
        line.setParameterExceptionHandler(failures::parameters);
        line.setExecutionExceptionHandler((error, command, parsed) -> failures.report(error));
        line.setExecutionStrategy(failures::run);
        HelpTexts.addTo(line);
        return line;
    }
}
