package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Runs over a stage that is quick: weights that must find noisy numbers. */
final class LineRuns {
    private final Path folder;
    private final List<String> notes = new ArrayList<>();

    LineRuns(Path folder) {
        this.folder = folder;
    }

    /** Weights move towards data that chance and position decide. */
    static class Line implements Stage {
        final Tensor weights =
                Tensors.keep(Tensors.ofFloats(new float[] {1, 2, 3}, 3).set_requires_grad(true));
        private long next;

        @Override
        public Map<String, Tensor> parameters() {
            return Map.of("line", weights);
        }

        @Override
        public Loss loss(long step, Noise random) {
            float[] values = random.normal(3);
            values[0] += next++ % 7;
            Tensor error = weights.sub(Tensors.ofFloats(values, 3)).square().mean();
            return new Loss(error, 1, Map.of("next", (double) next));
        }

        @Override
        public String position() {
            return Long.toString(next);
        }

        @Override
        public void restore(String position) {
            next = Long.parseLong(position);
        }

        @Override
        public void write(Path product) {
            try {
                Files.writeString(
                        product.resolve("product.txt"),
                        List.of(Tensors.toFloats(weights)[0]).toString());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public List<Picture> samples(Path product) {
            return List.of();
        }

        @Override
        public void close() {
            Tensors.release(weights);
        }
    }

    private final class Listener implements TrainingListener {
        private final long stopAfter;
        private long last;

        Listener(long stopAfter) {
            this.stopAfter = stopAfter;
        }

        @Override
        public void stepDone(StepReport report) {
            last = report.step();
        }

        @Override
        public void note(String line) {
            notes.add(line);
        }

        @Override
        public boolean isCancelled() {
            return last == stopAfter;
        }
    }

    /** A run's configuration: twelve steps, a checkpoint after each fourth. */
    TrainConfig config(String run, String... settings) throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yaml"),
                "stage: text\ntrain: {max_steps: 12, save_interval: 4, sample_interval: 0, log_interval: 1, "
                        + "accumulate_grad_batches: 2, ema_decay: 0.9}\n");
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("train.save_path=" + folder.resolve(run));
        return TrainConfig.read(file, all);
    }

    /** Trains to the end, or is stopped after a step; what the weights are then. */
    float[] train(TrainConfig config, long stopAfter) {
        try (Line line = new Line()) {
            train(config, line, stopAfter);
            return Tensors.toFloats(line.weights);
        }
    }

    void train(TrainConfig config, Line line, long stopAfter) {
        new Trainer(config, config.modelPath(), line, new Listener(stopAfter)).run();
    }

    /** What the runs had to say. */
    List<String> notes() {
        return notes;
    }

    /** A file of a run's checkpoint. */
    static byte[] file(Path run, int step, String name) throws IOException {
        return Files.readAllBytes(
                run.resolve("ckpt").resolve(Integer.toString(step)).resolve(name));
    }
}
