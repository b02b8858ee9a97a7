package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataPositionTest {
    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    /**
     * T7 and T5: the released loader keeps generators that cannot be written down, and a run that goes on starts the data
     * anew. Here a source opened at any batch's position gives the samples that the first would have given.
     */
    @Test
    void aSourceGoesOnFromEveryPositionAsIfItHadNeverStopped() {
        DataConfig config = config();
        List<Batch> whole = new ArrayList<>();
        try (MixedSource source = TestShards.open(config, DataPosition.START, problems)) {
            IntStream.range(0, 40).forEach(step -> whole.add(source.next(step * 200, 3)));
        }
        assertThat(whole.get(39).next().pass()).as("several passes").isGreaterThan(1);
        for (int stop = 0; stop < 39; stop++) {
            String kept = whole.get(stop).next().toJson();
            assertThat(kept.length()).isLessThan(200);
            try (MixedSource again = TestShards.open(config, DataPosition.fromJson(kept), problems)) {
                for (int step = stop + 1; step < Math.min(40, stop + 8); step++) {
                    assertThat(again.next(step * 200, 3)).isEqualTo(whole.get(step));
                }
            }
        }
    }

    @Test
    void theSeedDecidesTheOrder() {
        DataConfig other =
                new DataConfig(config().shards(), MixingScheduleTest.released(), 3, 2, Drops.PUBLISHED, 7, 0, 8);
        try (MixedSource a = TestShards.open(config(), DataPosition.START, problems);
                MixedSource b = TestShards.open(other, DataPosition.START, problems)) {
            assertThat(a.next(0, 10)).isNotEqualTo(b.next(0, 10));
        }
    }

    @Test
    void whatIsNoPositionIsRefused() {
        DataPosition position = new DataPosition(9, 1, 2, 3, 4, Map.of("rule", 5));
        assertThat(DataPosition.fromJson(position.toJson())).isEqualTo(position);
        for (String text : new String[] {"", "{", "[]", "{\"samples\":\"x\"}", "{\"unknown\":1}"}) {
            assertThatThrownBy(() -> DataPosition.fromJson(text))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                    .hasMessageStartingWith("not a position in the data: ");
        }
        DataConfig config = config();
        assertThatThrownBy(() -> TestShards.open(config, new DataPosition(0, 0, 9, 0, 0, Map.of()), problems))
                .hasMessageContaining("shard 9 of pass 0, is not among the 3 shards");
    }

    /** Three shards, one of them cut off, with uneven splits, pictures that need a crop, and all kinds of drops. */
    private DataConfig config() {
        TestShards.write(folder, "a.tar", 0, "rule", "general", "editing", "length", "rule", "rule", "editing");
        TestShards.write(folder, "b.tar", 20, "length", "general", "length", "editing", "rule");
        TestTar cut = new TestTar();
        TestShards.add(cut, 40, "rule");
        TestShards.add(cut, 41, "general");
        TestShards.write(folder.resolve("c.tar"), cut.open());
        return new DataConfig(
                List.of(folder.toString()), MixingScheduleTest.released(), 3, 2, Drops.PUBLISHED, 7, 0, 7);
    }
}
