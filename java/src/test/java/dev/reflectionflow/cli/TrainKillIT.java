package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.Golden;
import dev.reflectionflow.train.TrainConfig;
import dev.reflectionflow.train.data.TestShards;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real command, killed in the midst of training, makes the corrector that it would have made. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TrainKillIT {
    private static final int KILLED = 128 + 9;
    private static final List<Integer> KILLED_AFTER = List.of(4, 10);
    private static final int STEPS = 24;

    @TempDir
    private Path folder;

    private Process start(Path run) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "train",
                "--resume",
                "--config",
                Path.of(TrainConfig.class.getResource("/train/released.yaml").toURI())
                        .toString()));
        for (String setting : List.of(
                "model_path=" + Golden.path("tiny-flux-dev"),
                "threads=1",
                "train.save_path=" + run,
                "train.batch_size=2",
                "train.max_steps=" + STEPS,
                "train.save_interval=2",
                "train.ema_decay=0.9",
                "train.dataset.path=" + folder + "/genref_{0..1}.tar",
                "train.dataset.target_size=32",
                "train.dataset.condition_size=16",
                "train.dataset.shuffle_buffer=3",
                "train.samples.steps=1")) {
            command.addAll(List.of("--set", setting));
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
    }

    @Test
    void aKilledRunGoesOnToTheSameBits() throws Exception {
        TestShards.write(folder, "genref_0.tar", 0, "general", "length", "rule", "editing", "general");
        TestShards.write(folder, "genref_1.tar", 5, "editing", "length", "rule");
        Path whole = folder.resolve("whole");
        assertThat(start(whole).waitFor()).as(output()).isZero();
        Path parts = folder.resolve("parts");
        for (int step : KILLED_AFTER) {
            assertThat(killAfter(parts, step)).as(output()).isEqualTo(KILLED);
        }
        assertThat(start(parts).waitFor()).as(output()).isZero();
        assertThat(output()).contains("going on after step");
        for (String name : List.of(
                "weights.safetensors",
                "average.safetensors",
                "optimizer.safetensors",
                "pytorch_lora_weights.safetensors",
                "state.json")) {
            Path file = Path.of("ckpt", Integer.toString(STEPS), name);
            assertThat(parts.resolve(file)).hasSameBinaryContentAs(whole.resolve(file));
        }
    }

    /** Kills a run as soon as there is a checkpoint of this step; its exit code. */
    private int killAfter(Path run, int step) throws Exception {
        Process process = start(run);
        try {
            while (process.isAlive() && !Files.exists(run.resolve("ckpt").resolve(Integer.toString(step)))) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            process.destroyForcibly();
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }
}
