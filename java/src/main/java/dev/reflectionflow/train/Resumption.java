package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** From where a run goes on. */
final class Resumption {
    private Resumption() {}

    /**
     * The checkpoint to go on from: the run's last one where the configuration asks for that, else the one that it names;
     * empty to begin anew.
     */
    static Optional<Path> checkpoint(TrainConfig config, Path checkpoints) {
        Optional<Path> named = config.loop().resumeFrom();
        try {
            Optional<Path> last = Folders.last(checkpoints);
            if (last.isEmpty() || config.loop().resume()) {
                return last.or(() -> named);
            }
            if (named.isPresent() && isSame(named.get(), last.get())) {
                return last;
            }
            // going on from elsewhere would mix two runs, and the older steps of the new one would be dropped first
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    config.savePath() + ": holds a run already, at step "
                            + last.get().getFileName()
                            + "; --resume goes on with it, another train.save_path begins anew");
        } catch (IOException e) {
            throw EngineException.invalidFile(checkpoints, "cannot be read", e);
        }
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(one) && Files.isSameFile(one, other);
    }

    /** Refuses a checkpoint of another run. */
    static void check(TrainConfig config, String base, Path folder, Checkpoint checkpoint) {
        if (!checkpoint.stage().equals(config.stage().name())) {
            throw bad(folder, "is of the stage " + checkpoint.stage().toLowerCase(Locale.ROOT));
        }
        if (checkpoint.seed() != config.seed()) {
            throw bad(folder, "was begun with seed " + checkpoint.seed() + ", the configuration says " + config.seed());
        }
        if (!checkpoint.base().equals(base)) {
            throw bad(folder, "was begun from another model than " + config.modelPath() + " is now");
        }
        boolean averaged = Files.exists(folder.resolve("average.safetensors"));
        if (averaged != config.loop().averageDecay() > 0) {
            throw bad(
                    folder,
                    averaged ? "has an average of weights, the configuration none" : "has no average of weights");
        }
    }

    private static EngineException bad(Path folder, String cause) {
        return new EngineException(ErrorCode.INVALID_FILE, folder + ": " + cause);
    }
}
