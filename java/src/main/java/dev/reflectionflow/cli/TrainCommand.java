package dev.reflectionflow.cli;

import dev.reflectionflow.train.TrainConfig;
import dev.reflectionflow.train.Training;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of {@code train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Trains a corrector on GenRef shards, or a small model of scenes from scratch.",
            "Prints the folder of the last checkpoint. Ctrl-C ends with a checkpoint; --resume goes on from",
            "there to the same weights.",
            "",
            "Examples:",
            "  reflectionflow train --config config.yaml",
            "  reflectionflow train --config config.yaml --resume",
            "  reflectionflow train --config config.yaml --set train.dataset.path=genref_{0..4}.tar \\",
            "      --set train.save_path=runs/short --set train.max_steps=6000",
            "  reflectionflow train --config models/scenes/make/autoencoder.yaml",
            ""
        })
final class TrainCommand implements Callable<Integer> {
    private final EngineOpener opener;

    @Spec
    CommandSpec spec;

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE.yaml",
            description = "What to train: the released config.yaml as it is, or a file of models/scenes/make.")
    Path config;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A value in the place of the file's, such as train.batch_size=4; may be repeated.")
    List<String> settings = new ArrayList<>();

    @Option(names = "--resume", description = "Go on from the run's last checkpoint, if it has one.")
    boolean resume;

    TrainCommand(EngineOpener opener) {
        this.opener = opener;
    }

    @Override
    public Integer call() {
        Console console = Console.of(spec.commandLine());
        TrainConfig read = TrainConfig.read(config, settings);
        TrainConfig asked = resume ? read.resuming() : read;
        asked.notes().forEach(console::note);
        try (Interrupts interrupts = new Interrupts(console);
                TrainProgress progress = new TrainProgress(console, interrupts)) {
            Path last = Training.run(asked, new EngineSampler(opener, asked), progress);
            progress.close();
            console.result(last.toString());
        }
        return 0;
    }
}
