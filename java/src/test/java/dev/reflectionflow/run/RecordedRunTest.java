package dev.reflectionflow.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.report.SampleRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedRunTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatARunWroteEvenWhileAProcessHasIt() throws IOException {
        SampleRun.write(folder, "noise");
        var config = RecordedRun.read(folder).config();
        try (RunFolder open =
                RunFolder.open(folder, new ObjectMapper().convertValue(config, new TypeReference<>() {}))) {
            RecordedRun run = RecordedRun.read(folder);
            assertThat(run.records().promptIndexes()).containsExactly(0, 1, 2);
            assertThat(run.records().images(0))
                    .extracting(JournalRecord.Drawn::image)
                    .containsExactly(0, 1, 2, 3, 4, 5);
            assertThat(run.records().records(0)).isEqualTo(open.records().records(0));
            assertThat(run.metadata(2)).containsEntry("prompt", SampleRun.COUNTING);
            assertThat(run.file(run.records().images(0).get(1))).exists();
        }
    }

    @Test
    void aPoolCountsUnlessTheRunSaysOtherwise() throws IOException {
        SampleRun.write(folder, "noise");
        RecordedRun counting = RecordedRun.read(folder);
        assertThat(counting.records().images(0)).allMatch(counting::counts);
        Path config = folder.resolve("config.json");
        Files.writeString(
                config, Files.readString(config).replaceFirst("\"pool_counts\" : true", "\"pool_counts\" : false"));
        RecordedRun released = RecordedRun.read(folder);
        assertThat(released.records().images(0)).filteredOn(released::counts).hasSize(4);
    }

    @Test
    void namesWhatIsDamaged() throws IOException {
        SampleRun.write(folder, "noise");
        RecordedRun run = RecordedRun.read(folder);
        Files.writeString(folder.resolve("00001/metadata.jsonl"), "[]");
        assertThatThrownBy(() -> run.metadata(1))
                .isInstanceOf(EngineException.class)
                .hasMessage(folder.resolve("00001/metadata.jsonl") + ": not a JSON object");
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> RecordedRun.read(folder))
                .isInstanceOf(EngineException.class)
                .hasMessage(folder.resolve("config.json") + ": cannot be read: no such file or folder");
    }
}
