package dev.reflectionflow.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokenizersTest {
    private static final List<String> WORDS = List.of("three", "the", "there", "Add", "circle", "circles", "[Mark]");

    @TempDir
    private Path folder;

    @BeforeEach
    void write() {
        WordTokenizers.writeClip(folder.resolve("clip"), WORDS);
        WordTokenizers.writeT5(folder.resolve("t5"), WORDS, 16);
    }

    /** Ids without padding. */
    private int[] clip(String text) {
        try (ClipTokenizer tokenizer = ClipTokenizer.open(folder.resolve("clip"))) {
            TokenIds tokens = tokenizer.encode(text);
            return Arrays.copyOf(tokens.ids(), tokens.used());
        }
    }

    private int[] t5(String text) {
        try (T5Tokenizer tokenizer = T5Tokenizer.open(folder.resolve("t5"))) {
            TokenIds tokens = tokenizer.encode(text, 64);
            return Arrays.copyOf(tokens.ids(), tokens.used());
        }
    }

    @Test
    void everyWordIsOneToken() {
        for (String word : WORDS) {
            assertThat(t5(word)).as(word).hasSize(2);
            // of the marker the brackets are tokens of their own
            assertThat(clip(word)).as(word).hasSize(word.startsWith("[") ? 5 : 3);
        }
        assertThat(t5("three circles there.")).hasSize(5).doesNotHaveDuplicates();
        assertThat(clip("three circles there.")).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void otherTextsFallIntoPiecesThatTheVocabularyKnows() {
        assertThat(t5("a zebra, 7x!")).doesNotContain(2).hasSizeGreaterThan(9);
        assertThat(clip("Gr\u00fc\u00dfe")).hasSize(9);
        assertThat(t5("\u4e2d")).contains(2);
    }

    @Test
    void theEndMarkerHasTheHighestIdOfClipSoThatItsPlaceIsThatOfTheMaximum() {
        int[] ids = clip("three circles");
        assertThat(Arrays.stream(ids).max().orElseThrow()).isEqualTo(ids[ids.length - 1]);
        assertThat(ids[0]).isLessThan(ids[ids.length - 1]);
    }
}
