package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.train.nn.Threads;
import java.nio.file.Path;

/** Runs what a {@link TrainConfig} describes. */
public final class Training {
    private Training() {}

    /**
     * Trains to the end.
     *
     * @param sampler draws the validation pictures
     * @return folder of the last checkpoint, with what the run made
     * @throws EngineException {@code INVALID_FILE} and {@code INVALID_ARGUMENT} for what cannot be trained, {@code CANCELLED}
     *     when the listener stopped it
     */
    public static Path run(TrainConfig config, Sampler sampler, TrainingListener listener) {
        Threads.use(
                config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors());
        StartingModel model = StartingModel.find(config.modelPath());
        try (Stage stage = stage(config, model, sampler, listener)) {
            return new Trainer(config, model.hash(), stage, listener).run();
        }
    }

    private static Stage stage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        return switch (config.stage()) {
            case AUTOENCODER -> new AutoencoderStage(config, model);
            case TEXT -> new TextStage(config, model);
            case TRANSFORMER -> new TransformerStage(config, model, sampler, listener);
            case GUIDANCE -> new GuidanceStage(config, model, sampler, listener);
            case CORRECTOR -> new CorrectorStage(config, model, sampler, listener);
        };
    }
}
