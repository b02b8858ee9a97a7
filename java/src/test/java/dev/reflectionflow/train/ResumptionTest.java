package dev.reflectionflow.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that goes on, and checkpoints that it may go on from. */
class ResumptionTest {
    @TempDir
    Path folder;

    private LineRuns runs;

    @BeforeEach
    void open() {
        runs = new LineRuns(folder);
    }

    /** T9 and T5: the released training knows no seed and no last step, and keeps weights alone, not their average. */
    @Test
    void aStoppedRunGoesOnToTheSameBits() throws IOException {
        for (String optimizer : List.of("Prodigy", "AdamW", "SGD")) {
            String type = "train.optimizer.type=" + optimizer;
            float[] whole = runs.train(runs.config(optimizer + "-whole", type), -1);
            TrainConfig parts = runs.config(optimizer + "-parts", type);
            assertThatThrownBy(() -> runs.train(parts, 7))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED))
                    .hasMessageContaining("stopped after step 7");
            assertThat(runs.train(parts.resuming(), -1)).isEqualTo(whole);
            for (String name :
                    List.of("weights.safetensors", "average.safetensors", "optimizer.safetensors", "state.json")) {
                assertThat(LineRuns.file(folder.resolve(optimizer + "-parts"), 12, name))
                        .as(name)
                        .isEqualTo(LineRuns.file(folder.resolve(optimizer + "-whole"), 12, name));
            }
        }
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
        runs.train(runs.config("run"), -1);
        assertThatThrownBy(() -> runs.train(runs.config("run"), -1))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT))
                .hasMessageContaining("holds a run already, at step 12; --resume goes on with it");
    }

    @Test
    void anotherSeedsCheckpointIsRefused() throws IOException {
        runs.train(runs.config("run"), -1);
        TrainConfig other = runs.config("run", "seed=5").resuming();
        assertThatThrownBy(() -> runs.train(other, -1))
                .hasMessageContaining("was begun with seed 0, the configuration says 5");
    }

    @Test
    void aCheckpointFromAnotherModelIsRefused() throws IOException {
        runs.train(runs.config("run", "model_path=one"), -1);
        TrainConfig other = runs.config("run", "model_path=two").resuming();
        assertThatThrownBy(() -> runs.train(other, -1))
                .hasMessageContaining("was begun from another model than two is now");
    }

    @Test
    void aNamedCheckpointBeginsARunAndResumePrefersTheRunsOwn() throws IOException {
        float[] whole = runs.train(runs.config("first"), -1);
        String named = "train.resume_training_from_checkpoint_path=" + folder.resolve("first/ckpt/4");
        TrainConfig second = runs.config("second", named, "train.max_steps=9");
        runs.train(second, -1);
        assertThat(runs.notes()).containsExactly("going on after step 4 of " + folder.resolve("first/ckpt/4"));
        assertThatThrownBy(() -> runs.train(second, -1)).hasMessageContaining("holds a run already, at step 9");
        assertThat(runs.train(runs.config("second", named).resuming(), -1)).isEqualTo(whole);
        assertThat(runs.notes()).last().isEqualTo("going on after step 9 of " + folder.resolve("second/ckpt/9"));
        String last = "train.resume_training_from_checkpoint_path=" + folder.resolve("first/ckpt/12");
        assertThat(runs.train(runs.config("first", last), -1)).isEqualTo(whole);
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
}
