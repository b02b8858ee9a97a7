package dev.reflectionflow.train;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.train.data.TestShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Short runs of tiny networks, all in one folder: a run {@code r} of a stage lies in {@code <stage>-r}. */
record TinyRuns(Path folder) {
    /** A run of a stage from a model; the settings come last. */
    TrainConfig config(String stage, Path model, String run, String... more) throws IOException {
        Path file = Files.writeString(
                folder.resolve(stage + ".yaml"),
                "stage: " + stage + "\nthreads: 2\ntrain: {batch_size: 2, max_steps: 3, save_interval: 3, "
                        + "optimizer: {type: AdamW, params: {lr: 0.001}}, dataset: {type: scenes, pool: 16}, "
                        + "samples: {steps: 2, prompts: [" + StagesTest.CIRCLE + "]}}\n");
        List<String> settings = new ArrayList<>(Arrays.asList(more));
        settings.add("model_path=" + model);
        settings.add("train.save_path=" + folder.resolve(stage + "-" + run));
        return TrainConfig.read(file, settings);
    }

    /** The options of our own model. */
    TrainConfig transformer(String run) throws IOException {
        return config(
                "transformer",
                folder.resolve("text-whole"),
                run,
                "train.accumulate_grad_batches=2",
                "train.ema_decay=0.9",
                "train.train_text_encoders=true",
                "train.max_sequence_length=[8, 16]",
                "train.timestep_shift=6");
    }

    /** The published optimizer on shards, blocks computed again for their gradients. */
    TrainConfig corrector(String run, String... more) throws IOException {
        Path shards = Files.createDirectories(folder.resolve("shards"));
        TestShards.write(shards, "0.tar", 0, "rule", "general", "rule", "rule", "general");
        TestShards.write(shards, "1.tar", 5, "general", "rule", "rule");
        List<String> settings = new ArrayList<>(List.of(
                "train.optimizer={type: Prodigy, params: {lr: 1, d0: 0.05, use_bias_correction: true, safeguard_warmup: true}}",
                "train.dataset={type: img, path: \"" + shards + "\", target_size: 32, condition_size: 16, "
                        + "split_ratios: {rule: [0.7], general: [0.3]}, shuffle_buffer: 3}",
                "train.lora_config={r: 4, lora_alpha: 4}"));
        settings.addAll(Arrays.asList(more));
        return config("corrector", folder.resolve("transformer-whole"), run, settings.toArray(String[]::new));
    }

    /** Trains to the end, or is stopped after a step. */
    static Path train(TrainConfig config, long stopAfter) {
        return Training.run(config, TinyRuns::draw, new TrainingListener() {
            private long last;

            @Override
            public void stepDone(StepReport report) {
                last = report.step();
            }

            @Override
            public boolean isCancelled() {
                return last == stopAfter;
            }
        });
    }

    /** Draws with the engine. */
    static List<RgbImage> draw(String model, Optional<Path> corrector, List<GenerationRequest> requests) {
        FluxEngine.Builder builder = FluxEngine.builder().model(model).threads(2);
        corrector.ifPresent(file -> builder.corrector(file, 1));
        try (FluxEngine engine = builder.build()) {
            return engine.generate(requests, GenerationListener.NONE).stream()
                    .map(GeneratedImage::image)
                    .toList();
        }
    }
}
