package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.train.nn.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop over a stage that is quick. */
class TrainerTest {
    @TempDir
    Path folder;

    private LineRuns runs;

    @BeforeEach
    void open() {
        runs = new LineRuns(folder);
    }

    /** The loss is finite where its gradient is none. */
    private static final class Cusp extends LineRuns.Line {
        @Override
        public Loss loss(long step, Noise random) {
            return new Loss(weights.sub(weights).sum().sqrt(), 1, Map.of());
        }
    }

    @Test
    void whatARunMakesIsMadeOfTheAverage() throws IOException {
        float[] weights = runs.train(runs.config("run"), -1);
        String product = new String(LineRuns.file(folder.resolve("run"), 12, "product.txt"));
        assertThat(product).isNotEqualTo("[" + weights[0] + "]");
    }

    /** A run that died after its last checkpoint has rows that the resumed run writes again. */
    @Test
    void eachStepHasOneRowInTheLog() throws IOException {
        TrainConfig config = runs.config("run", "train.max_steps=6");
        runs.train(config, -1);
        Path csv = folder.resolve("run").resolve("log.csv");
        Files.writeString(csv, Files.readString(csv) + "7,1,1,1,1,1,1\n8,1,1,1");
        runs.train(runs.config("run").resuming(), -1);
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.get(0)).isEqualTo("step,loss,smooth_loss,gradient_norm,learning_rate,images_per_second,next");
        assertThat(lines.stream().skip(1).map(line -> line.split(",")[0]))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12");
        assertThat(folder.resolve("run").resolve("loss.svg")).content().contains("<svg", "Loss");
    }

    @Test
    void oldCheckpointsGoWhereFewAreKept() throws IOException {
        runs.train(runs.config("run", "train.keep_checkpoints=1"), -1);
        assertThat(Folders.numbered(folder.resolve("run").resolve("ckpt")))
                .containsExactly(folder.resolve("run").resolve("ckpt").resolve("12"));
    }

    @Test
    void gradientsThatAreNoNumbersReachNoWeights() throws IOException {
        TrainConfig config = runs.config("run");
        try (Cusp line = new Cusp()) {
            assertThatThrownBy(() -> runs.train(config, line, -1))
                    .hasMessage("step 1: the gradients' norm is NaN; a lower train.optimizer.params.lr may help");
            assertThat(Tensors.toFloats(line.weights)).containsExactly(1, 2, 3);
        }
        assertThat(folder.resolve("run").resolve("ckpt")).doesNotExist();
    }

    @Test
    void aLossThatIsNoNumberEndsTheRun() throws IOException {
        TrainConfig config = runs.config(
                "run",
                "train.optimizer.type=SGD",
                "train.optimizer.params.lr=1000000",
                "train.gradient_clip_val=0",
                "train.max_steps=100");
        assertThatThrownBy(() -> runs.train(config, -1))
                .hasMessageContaining("a lower train.optimizer.params.lr may help");
    }
}
