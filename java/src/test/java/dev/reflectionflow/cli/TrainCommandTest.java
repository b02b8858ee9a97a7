package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.GeneratedImage;
import dev.reflectionflow.GenerationListener;
import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.Golden;
import dev.reflectionflow.train.TrainConfig;
import dev.reflectionflow.train.data.TestShards;
import dev.reflectionflow.weights.SafetensorsFile;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The {@code train} command on the released configuration and the tiny golden model. */
class TrainCommandTest {
    @TempDir
    Path folder;

    private Path run;

    @BeforeEach
    void shards() {
        run = folder.resolve("run");
        TestShards.write(folder, "genref_0.tar", 0, "general", "length", "rule", "editing", "general");
    }

    private static Path released() throws URISyntaxException {
        return Path.of(TrainConfig.class.getResource("/train/released.yaml").toURI());
    }

    /** The released file with what a test needs to be quick; later settings win. */
    private Cli train(DrawnByRule engine, String... more) throws URISyntaxException {
        List<String> args =
                new ArrayList<>(List.of("train", "--config", released().toString()));
        for (String setting : List.of(
                "model_path=" + Golden.path("tiny-flux-dev"),
                "threads=1",
                "train.save_path=" + run,
                "train.batch_size=2",
                "train.max_steps=2",
                "train.sample_interval=1",
                "train.dataset.path=" + folder + "/genref_{0..0}.tar",
                "train.dataset.target_size=32",
                "train.dataset.condition_size=16")) {
            args.addAll(List.of("--set", setting));
        }
        args.addAll(Arrays.asList(more));
        return Cli.run(engine.opener(), args.toArray(String[]::new));
    }

    @Test
    void theReleasedConfigurationTrainsAsItIs() throws Exception {
        DrawnByRule engine = new DrawnByRule();
        Cli cli = train(engine);
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.outLines()).containsExactly(run.resolve("ckpt/2").toString());
        assertThat(cli.errLines())
                .contains("reflectionflow: " + released() + ": train.wandb.project changes nothing here")
                .noneMatch(line -> line.contains("not known"));
        assertThat(SafetensorsFile.open(run.resolve("ckpt/2/pytorch_lora_weights.safetensors"))
                        .tensors())
                .hasSize(6)
                .containsKey("transformer.transformer_blocks.1.attn.to_q.lora_A.weight");
        assertThat(run.resolve("samples/2/000-corrected.png")).exists();
        assertThat(run.resolve("log.csv")).exists();
        assertThat(engine.settings.loras()).isEmpty();
        assertThat(engine.settings.corrector()).isPresent();
    }

    @Test
    void unknownKeysAreNamed() throws IOException {
        Path config =
                Files.writeString(folder.resolve("c.yaml"), "stage: text\nmodel_path: none\ntrain: {batchsize: 4}\n");
        Cli cli = Cli.run(new DrawnByRule().opener(), "train", "--config", config.toString());
        assertThat(cli.errLines().get(0))
                .isEqualTo("reflectionflow: " + config + ": train.batchsize is not known, and ignored");
        assertThat(cli.exitCode()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2 | stage=painting | --set stage=painting: must be one of",
                "2 | train.batch_size=none | --set train.batch_size=none: must be a whole number of at least 1",
                "2 | train.batchsize=1 | --set train.batchsize=1: is not known",
                "2 | train.batch_size | --set train.batch_size: needs key=value",
                "3 | model_path=no/such/model | no/such/model: no such folder or file",
                "3 | train.dataset.path=none_{0..3}.tar | none_0.tar: no such shard, named by none_{0..3}.tar",
                "3 | train.dataset.target_size=40 | train.dataset.target_size (40) must be a multiple of 16",
                "3 | train.resume_training_from_checkpoint_path=ckpt/7 | ckpt/7/state.json: cannot be read: no such file"
            })
    void whatIsWrongIsOneLineAndAnExitCode(int exitCode, String setting, String message) throws Exception {
        Cli cli = train(new DrawnByRule(), "--set", setting);
        assertThat(cli.errLines())
                .filteredOn(line -> !line.endsWith("changes nothing here"))
                .singleElement()
                .asString()
                .contains(message);
        assertThat(cli.exitCode()).isEqualTo(exitCode);
        assertThat(cli.out()).isEmpty();
    }

    @Test
    void aMissingConfigurationIsNamed() {
        Path config = folder.resolve("none.yaml");
        Cli cli = Cli.run(new DrawnByRule().opener(), "train", "--config", config.toString());
        assertThat(cli.errLines())
                .containsExactly("reflectionflow: " + config + ": cannot be read: no such file or folder");
        assertThat(cli.exitCode()).isEqualTo(3);
    }

    /** The signal comes while the second step's samples are drawn. */
    @Test
    void anInterruptedRunKeepsACheckpointThatResumeGoesOnFrom() throws Exception {
        Cli stopped = train(new Interrupted(), "--set", "train.max_steps=-1");
        assertThat(stopped.exitCode()).as(stopped.err()).isEqualTo(130);
        assertThat(stopped.err()).contains("stopping after this step", "has all that --resume needs");
        assertThat(stopped.out()).isEmpty();
        long last = Arrays.stream(run.resolve("ckpt").toFile().list())
                .mapToLong(Long::parseLong)
                .max()
                .orElseThrow();
        Cli again = train(new DrawnByRule());
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("holds a run already, at step " + last + "; --resume goes on with it");
        Cli resumed = train(new DrawnByRule(), "--resume", "--set", "train.max_steps=" + (last + 1));
        assertThat(resumed.exitCode()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("going on after step " + last);
        assertThat(resumed.outLines())
                .containsExactly(run.resolve("ckpt/" + (last + 1)).toString());
    }

    @Test
    void resumeWithoutARunBeginsOne() throws Exception {
        Cli cli = train(new DrawnByRule(), "--resume", "--set", "train.max_steps=1");
        assertThat(cli.exitCode()).as(cli.err()).isZero();
        assertThat(cli.outLines()).containsExactly(run.resolve("ckpt/1").toString());
        assertThat(cli.err()).doesNotContain("going on");
    }

    private static final class Interrupted extends DrawnByRule {
        private int times;

        @Override
        public List<GeneratedImage> generate(List<GenerationRequest> requests, GenerationListener listener) {
            if (++times == 2) {
                InterruptsTest.interruptThisProcess();
                LockSupport.parkNanos(50_000_000); // a later arrival means a step or two more
            }
            return super.generate(requests, listener);
        }
    }
}
