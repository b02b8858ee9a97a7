package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.report.WordDiff.Kind;
import dev.reflectionflow.report.WordDiff.Piece;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordDiffTest {
    @Test
    void namesWordsThatCameAndWent() {
        assertThat(WordDiff.of("a red circle on grass", "a small red circle on sand"))
                .containsExactly(
                        new Piece(Kind.SAME, "a"),
                        new Piece(Kind.INSERTED, "small"),
                        new Piece(Kind.SAME, "red circle on"),
                        new Piece(Kind.DELETED, "grass"),
                        new Piece(Kind.INSERTED, "sand"));
        assertThat(WordDiff.of("", "two words")).containsExactly(new Piece(Kind.INSERTED, "two words"));
        assertThat(WordDiff.of("x", "x")).containsExactly(new Piece(Kind.SAME, "x"));
        assertThat(WordDiff.of("", " ")).isEmpty();
    }

    @Test
    void replacesTextsTooLongToCompare() {
        assertThat(WordDiff.of("a ".repeat(1001), "a ".repeat(1001)))
                .extracting(Piece::kind)
                .containsExactly(Kind.DELETED, Kind.INSERTED);
    }

    @Test
    void whatIsKeptAndDeletedIsTheOldTextWhatIsKeptAndInsertedTheNew() {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String before = words(random);
            String after = words(random);
            List<Piece> pieces = WordDiff.of(before, after);
            assertThat(without(pieces, Kind.INSERTED)).isEqualTo(before);
            assertThat(without(pieces, Kind.DELETED)).isEqualTo(after);
        }
    }

    private static String words(Random random) {
        return random.ints(random.nextInt(12), 0, 4).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private static String without(List<Piece> pieces, Kind kind) {
        return pieces.stream()
                .filter(piece -> piece.kind() != kind)
                .map(Piece::text)
                .collect(Collectors.joining(" "));
    }
}
