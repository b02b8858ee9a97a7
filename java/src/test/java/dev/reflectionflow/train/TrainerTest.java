package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop over a stage that is quick: weights that must find noisy numbers. */
class TrainerTest {
    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    /** Weights move towards data that chance and position decide. */
    private static class Line implements Stage {
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

    /** The loss is finite where its gradient is none. */
    private static final class Cusp extends Line {
        @Override
        public Loss loss(long step, Noise random) {
            return new Loss(weights.sub(weights).sum().sqrt(), 1, Map.of());
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

    private TrainConfig config(String run, String... settings) throws IOException {
        Path file = Files.writeString(
                folder.resolve("config.yaml"),
                "stage: text\ntrain: {max_steps: 12, save_interval: 4, sample_interval: 0, log_interval: 1, "
                        + "accumulate_grad_batches: 2, ema_decay: 0.9}\n");
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("train.save_path=" + folder.resolve(run));
        return TrainConfig.read(file, all);
    }

    private float[] train(TrainConfig config, long stopAfter) {
        try (Line line = new Line()) {
            new Trainer(config, line, new Listener(stopAfter)).run();
            return Tensors.toFloats(line.weights);
        }
    }

    private static byte[] file(Path run, int step, String name) throws IOException {
        return Files.readAllBytes(
                run.resolve("ckpt").resolve(Integer.toString(step)).resolve(name));
    }

    @Test
    void aStoppedRunGoesOnToTheSameBits() throws IOException {
        for (String optimizer : List.of("Prodigy", "AdamW", "SGD")) {
            String type = "train.optimizer.type=" + optimizer;
            float[] whole = train(config(optimizer + "-whole", type), -1);
            TrainConfig parts = config(optimizer + "-parts", type);
            assertThatThrownBy(() -> train(parts, 7))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED))
                    .hasMessageContaining("stopped after step 7");
            assertThat(train(parts.resuming(), -1)).isEqualTo(whole);
            for (String name :
                    List.of("weights.safetensors", "average.safetensors", "optimizer.safetensors", "state.json")) {
                assertThat(file(folder.resolve(optimizer + "-parts"), 12, name))
                        .as(name)
                        .isEqualTo(file(folder.resolve(optimizer + "-whole"), 12, name));
            }
        }
    }

    @Test
    void whatARunMakesIsMadeOfTheAverage() throws IOException {
        float[] weights = train(config("run"), -1);
        String product = new String(file(folder.resolve("run"), 12, "product.txt"));
        assertThat(product).isNotEqualTo("[" + weights[0] + "]");
    }

    /** A run that died after its last checkpoint has rows that the resumed run writes again. */
    @Test
    void eachStepHasOneRowInTheLog() throws IOException {
        TrainConfig config = config("run", "train.max_steps=6");
        train(config, -1);
        Path csv = folder.resolve("run").resolve("log.csv");
        Files.writeString(csv, Files.readString(csv) + "7,1,1,1,1,1,1\n8,1,1,1");
        train(config("run").resuming(), -1);
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0)).isEqualTo("step,loss,smooth_loss,gradient_norm,learning_rate,images_per_second,next");
        assertThat(lines.stream().skip(1).map(line -> line.split(",")[0]))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        assertThat(folder.resolve("run").resolve("loss.svg")).content().contains("<svg", "Loss");
    }

    /** The released resumption sorts names as text and takes 8000 for later than 16000 (T5). */
    @Test
    void theLastCheckpointIsTheOneWithTheMostSteps() throws IOException {
        for (String name : List.of("8000", "16000", ".17000.part", "notes")) {
            Files.createDirectories(folder.resolve("ckpt").resolve(name));
        }
        assertThat(Folders.last(folder.resolve("ckpt")))
                .contains(folder.resolve("ckpt").resolve("16000"));
    }

    @Test
    void aFinishedRunIsNotOverwritten() throws IOException {
        train(config("run"), -1);
        assertThatThrownBy(() -> train(config("run"), -1))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("holds a run already, at step 12; --resume goes on with it");
    }

    @Test
    void anotherSeedsCheckpointIsRefused() throws IOException {
        train(config("run"), -1);
        TrainConfig other = config("run", "seed=5").resuming();
        assertThatThrownBy(() -> train(other, -1))
                .hasMessageContaining("was begun with seed 0, the configuration says 5");
    }

    @Test
    void oldCheckpointsGoWhereFewAreKept() throws IOException {
        train(config("run", "train.keep_checkpoints=1"), -1);
        assertThat(Folders.numbered(folder.resolve("run").resolve("ckpt")))
                .containsExactly(folder.resolve("run").resolve("ckpt").resolve("12"));
    }

    @Test
    void gradientsThatAreNoNumbersReachNoWeights() throws IOException {
        TrainConfig config = config("run");
        try (Line line = new Cusp()) {
            assertThatThrownBy(() -> new Trainer(config, line, new Listener(-1)).run())
                    .hasMessage("step 1: the gradients' norm is NaN; a lower train.optimizer.params.lr may help");
            assertThat(Tensors.toFloats(line.weights)).containsExactly(1, 2, 3);
        }
        assertThat(folder.resolve("run").resolve("ckpt")).doesNotExist();
    }

    @Test
    void aNamedCheckpointBeginsARunAndResumePrefersTheRunsOwn() throws IOException {
        float[] whole = train(config("first"), -1);
        String named = "train.resume_training_from_checkpoint_path=" + folder.resolve("first/ckpt/4");
        TrainConfig second = config("second", named, "train.max_steps=9");
        train(second, -1);
        assertThat(notes).containsExactly("going on after step 4 of " + folder.resolve("first/ckpt/4"));
        assertThatThrownBy(() -> train(second, -1)).hasMessageContaining("holds a run already, at step 9");
        assertThat(train(config("second", named).resuming(), -1)).isEqualTo(whole);
        assertThat(notes).last().isEqualTo("going on after step 9 of " + folder.resolve("second/ckpt/9"));
        String last = "train.resume_training_from_checkpoint_path=" + folder.resolve("first/ckpt/12");
        assertThat(train(config("first", last), -1)).isEqualTo(whole);
    }

    /** A checkpoint loses its name before its files: what a kill leaves of it is not taken for one. */
    @Test
    void removedFoldersLeaveNothing() throws IOException {
        Path part = Files.createDirectories(folder.resolve("ckpt/.4.old/model"));
        Path whole = Files.createDirectories(folder.resolve("ckpt/4"));
        Files.writeString(whole.resolve("state.json"), "{}");
        Folders.remove(whole);
        Folders.remove(whole);
        assertThat(part.getParent()).doesNotExist();
        assertThat(whole).doesNotExist();
    }

    @Test
    void aLossThatIsNoNumberEndsTheRun() throws IOException {
        TrainConfig config = config(
                "run",
                "train.optimizer.type=SGD",
                "train.optimizer.params.lr=1000000",
                "train.gradient_clip_val=0",
                "train.max_steps=100");
        assertThatThrownBy(() -> train(config, -1)).hasMessageContaining("a lower train.optimizer.params.lr may help");
    }
}
