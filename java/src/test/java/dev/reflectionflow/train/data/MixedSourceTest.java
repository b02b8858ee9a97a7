package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.image.PictureDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MixedSourceTest {
    private static final String[] FOUR = {"general", "length", "rule", "editing"};

    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    /** T1: the released loader's four filters share one variable, so that only samples of editing ever come. */
    @Test
    void eachSampleIsDrawnInItsOwnSplit() {
        Path shard = TestShards.write(folder, "a.tar", 0, repeated(20));
        Batch batch = open(TestShards.config(TestShards.even(), 1000, shard)).next(0, 80);
        Map<String, Long> drawn = batch.samples().stream()
                .collect(Collectors.groupingBy(Sample::split, TreeMap::new, Collectors.counting()));
        assertThat(drawn.keySet()).containsExactlyInAnyOrder(FOUR);
        assertThat(drawn.values()).allMatch(count -> count > 10);
        for (Sample sample : batch.samples()) {
            int number = Integer.parseInt(sample.prompt().substring("prompt ".length()));
            assertThat(sample.split()).isEqualTo(FOUR[number % 4]);
            assertThat(sample.description()).isEqualTo(sample.prompt() + " [Reflexion] mend number " + number);
            assertThat(sample.image().rgb(0, 0)).isEqualTo(number << 16);
            assertThat(sample.condition().get().rgb(0, 0)).isEqualTo(number << 16 | 200);
        }
    }

    /** T2: the released loader decodes every picture of every split before it throws three of four away. */
    @Test
    void aPictureIsDecodedOnceAndOnlyWhenItsSampleIsDrawn() {
        Path shard = TestShards.write(folder, "a.tar", 0, repeated(50));
        List<String> decoded = new ArrayList<>();
        MixedSource source = TestShards.open(
                TestShards.config(TestShards.even(), 1000, shard), DataPosition.START, problems, (name, bytes) -> {
                    decoded.add(name);
                    return PictureDecoder.decode(name, bytes);
                });
        List<Sample> samples = source.next(0, 30).samples();
        assertThat(decoded).hasSize(60).doesNotHaveDuplicates();
        assertThat(decoded)
                .allMatch(name -> samples.stream().anyMatch(sample -> name.startsWith(sample.origin() + " ")));
    }

    /** T3: the released schedule counts samples of one worker, so that its speed depends on batch size and workers. */
    @Test
    void theMixtureFollowsOptimizerStepsWhateverTheBatchSize() {
        Path shard = TestShards.write(folder, "a.tar", 0, repeated(100));
        DataConfig config = TestShards.config(MixingScheduleTest.released(), 50, shard);
        assertThat(share(open(config), 5000, 1, "editing")).isZero();
        assertThat(share(open(config), 5000, 8, "editing")).isZero();
        for (int size : new int[] {1, 8}) {
            MixedSource source = open(config);
            assertThat(share(source, 0, size, "editing")).isEqualTo(0.7, within(0.08));
            assertThat(share(source, 2500, size, "editing")).isEqualTo(0.35, within(0.08));
            assertThat(share(source, 5000, size, "editing")).isZero();
            assertThat(share(source, 5000, size, "rule")).isEqualTo(0.4, within(0.08));
        }
    }

    /** T6: the released loader swallows every error; here each is told and counted, and the rest is used. */
    @Test
    void damagedSamplesAreToldCountedAndLeftOut() {
        TestTar tar = new TestTar();
        TestShards.add(tar, 0, "rule");
        tar.file("00000001.good_image.png", TestShards.picture(1, 0)).file("00000001.subset.txt", "rule");
        tar.file("00000002.good_image.jpg", new byte[] {-1, -40, -1, 0})
                .file("00000002.bad_image.jpg", "no picture")
                .file("00000002.reflection.txt", "mend it")
                .file("00000002.prompt.txt", "prompt 2")
                .file("00000002.subset.txt", "rule");
        TestShards.add(tar, 3, "rule");
        Path shard = TestShards.write(folder.resolve("a.tar"), tar.bytes());
        MixedSource source = open(TestShards.config(MixingSchedule.NONE, 10, shard));
        assertThat(TestShards.prompts(source.next(0, 4))).containsOnly("prompt 0", "prompt 3");
        assertThat(problems).contains(shard + ": 00000001: has no bad_image");
        assertThat(problems).anyMatch(line -> line.startsWith(shard + ": 00000002 good_image: damaged JPEG"));
        assertThat(source.damaged()).isEqualTo(problems.size());
    }

    @Test
    void picturesThatAreAllDamagedAreAnErrorNotAnEndlessSearch() {
        Path shard = TestShards.write(folder, "a.tar", 0, "rule", "rule", "rule");
        MixedSource source = TestShards.open(
                TestShards.config(MixingSchedule.NONE, 2, shard), DataPosition.START, problems, (name, bytes) -> {
                    throw new EngineException(ErrorCode.INVALID_FILE, name + ": damaged");
                });
        assertThatThrownBy(() -> source.next(0, 1))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageMatching(shard + ": no usable sample in a whole pass \\(\\d damaged so far\\)");
        assertThat(problems).hasSizeBetween(3, 9);
    }

    @Test
    void aShardThatIsCutOffGivesWhatItHas() {
        TestTar tar = new TestTar();
        IntStream.range(0, 4).forEach(i -> TestShards.add(tar, i, "rule"));
        byte[] whole = tar.open();
        Path shard = TestShards.write(folder.resolve("a.tar"), java.util.Arrays.copyOf(whole, whole.length - 1500));
        MixedSource source = open(TestShards.config(MixingSchedule.NONE, 10, shard));
        assertThat(TestShards.prompts(source.next(0, 3))).containsExactlyInAnyOrder("prompt 0", "prompt 1", "prompt 2");
        assertThat(source.damaged()).isEqualTo(1);
        assertThat(problems.get(0))
                .startsWith(shard + ": cannot be read: cut off")
                .endsWith("is left out");
    }

    @Test
    void aSplitThatNoShardHasIsAnErrorThatNamesIt() {
        Path shard = TestShards.write(folder, "a.tar", 0, "rule", "rule", "other");
        MixedSource source = open(TestShards.config(TestShards.even(), 10, shard));
        assertThatThrownBy(() -> source.next(0, 20))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILE))
                .hasMessageMatching(
                        shard + ": no usable sample of the split \\w+ in a whole pass \\(0 damaged so far\\)");
        assertThat(problems)
                .filteredOn(line -> line.startsWith("the split other is not among"))
                .hasSize(1);
    }

    @Test
    void aPassGivesEachSampleOnceInAnOrderOfItsOwn() {
        TestShards.write(folder, "a.tar", 0, repeated(5));
        TestShards.write(folder, "b.tar", 20, repeated(5));
        MixedSource source = open(TestShards.config(MixingSchedule.NONE, 8, folder));
        List<String> first = TestShards.prompts(source.next(0, 40));
        List<String> second = TestShards.prompts(source.next(0, 40));
        assertThat(first).doesNotHaveDuplicates();
        assertThat(second).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
    }

    private MixedSource open(DataConfig config) {
        return TestShards.open(config, DataPosition.START, problems);
    }

    private static double share(MixedSource source, long step, int size, String split) {
        int hits = 0;
        int all = 400;
        for (int drawn = 0; drawn < all; drawn += size) {
            hits += (int) source.next(step, size).samples().stream()
                    .filter(sample -> sample.split().equals(split))
                    .count();
        }
        return (double) hits / all;
    }

    private static String[] repeated(int times) {
        return IntStream.range(0, 4 * times).mapToObj(i -> FOUR[i % 4]).toArray(String[]::new);
    }
}
