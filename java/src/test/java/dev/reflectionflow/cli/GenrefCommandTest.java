package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.report.SampleRun;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenrefCommandTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        SampleRun.write(folder.resolve("run"), "reflection");
    }

    private Cli export(String... options) {
        String[] all = new String[5 + options.length];
        System.arraycopy(options, 0, all, 5, options.length);
        all[0] = "genref";
        all[1] = "export";
        all[2] = folder.resolve("run").toString();
        all[3] = "-o";
        all[4] = folder.resolve("shards").toString();
        return Cli.run(new DrawnByRule().opener(), all);
    }

    @Test
    void printsTheShardsThatItWrote() {
        Cli run = export("--shard-size", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines())
                .containsExactly(
                        folder.resolve("shards/genref_0.tar").toString(),
                        folder.resolve("shards/genref_1.tar").toString());
        assertThat(run.err()).contains("3 pairs in 2 shards");
        assertThat(folder.resolve("shards/genref_1.tar")).exists();
    }

    @Test
    void saysWhereThereIsNothingToWrite() {
        Cli run = export("--min-gap", "0.9");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("nothing to write");
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThat(export("--shard-size", "0").exitCode()).isEqualTo(2);
        assertThat(export("--min-gap", "-1").exitCode()).isEqualTo(2);
        assertThat(export("--min-gap", "NaN").exitCode()).isEqualTo(2);
        assertThat(Cli.run(new DrawnByRule().opener(), "genref").exitCode()).isEqualTo(2);
    }
}
