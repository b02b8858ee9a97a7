package dev.reflectionflow.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidationSourceTest {
    @TempDir
    Path folder;

    private final List<String> problems = new ArrayList<>();

    /** T4: the released validation set is an endless iterator, so that the check before training never ends. */
    @Test
    void validationEndsAfterEachSampleOnce() {
        TestShards.write(folder, "b.tar", 3, "editing", "rule");
        TestShards.write(folder, "a.tar", 0, "rule", "general", "length");
        try (SampleSource source = SampleSources.validation(config(0), problems::add)) {
            assertThat(TestShards.prompts(source.next(0, 3))).containsExactly("prompt 0", "prompt 1", "prompt 2");
            assertThat(TestShards.prompts(source.next(0, 3))).containsExactly("prompt 3", "prompt 4");
            assertThat(source.next(0, 3).samples()).isEmpty();
            assertThat(source.next(0, 3).samples()).isEmpty();
        }
        assertThat(problems).isEmpty();
    }

    @Test
    void trainingAndValidationShareNoPrompt() {
        String[] subsets = new String[400];
        Arrays.fill(subsets, "rule");
        TestShards.write(folder, "a.tar", 0, subsets);
        List<String> held;
        try (SampleSource source = SampleSources.validation(config(0.2), problems::add)) {
            held = TestShards.prompts(source.next(0, 400));
        }
        assertThat(held.size() / 400.0).isEqualTo(0.2, within(0.06));
        try (SampleSource source = SampleSources.training(config(0.2), DataPosition.START, problems::add)) {
            TreeSet<String> seen = new TreeSet<>(TestShards.prompts(source.next(0, 400 - held.size())));
            assertThat(seen).hasSize(400 - held.size()).doesNotContainAnyElementsOf(held);
        }
    }

    @Test
    void damageIsCountedThereToo() {
        TestTar tar = new TestTar().file("0.prompt.txt", "alone");
        TestShards.add(tar, 1, "rule");
        TestShards.write(folder.resolve("a.tar"), tar.open());
        try (SampleSource source = SampleSources.validation(config(0), problems::add)) {
            assertThat(source.next(0, 5).samples()).hasSize(1);
            assertThat(source.damaged()).isEqualTo(2);
        }
        assertThat(problems.get(1)).contains("ends without the mark of an archive's end");
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> config(1)).hasMessage("validation_share: 1.0 is not from 0 to below 1");
        assertThatThrownBy(() -> new Drops(0, 1.5, 0, false)).hasMessage("drop_image_prob: 1.5 is not from 0 to 1");
    }

    private DataConfig config(double share) {
        return new DataConfig(List.of(folder.toString()), MixingSchedule.NONE, 4, 4, Drops.NONE, 50, share, 3);
    }
}
