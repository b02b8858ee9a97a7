package dev.reflectionflow.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.run.JournalRecord.Advised;
import dev.reflectionflow.run.JournalRecord.Drawn;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.JournalRecord.Pruned;
import dev.reflectionflow.run.JournalRecord.Stopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordsTest {
    private static final TokenUsage COST = new TokenUsage(2, 30, 4);
    private static final RequestRecord REQUEST = new RequestRecord("a star", null, 16, 16, 4, 3.5, 5L, null, 32, null);

    @TempDir
    private Path directory;

    private RunFolder open() {
        return RunFolder.open(directory, Map.of());
    }

    private static Drawn drawn(int image, byte[] bytes) {
        return new Drawn(
                REQUEST.key("m") + image,
                0,
                image,
                1,
                0,
                "parent",
                new JournalRecord.Texts("a big star", "Add a star."),
                RunLayout.sample(0, image),
                Hashes.sha256(bytes),
                REQUEST,
                "m",
                4,
                1.5);
    }

    private static Judged judged(Drawn image, String status, Double score) {
        return new Judged(0, image.image(), image.sha256(), "v", status, score, Map.of(), "", true, COST, 2);
    }

    private static Advised advised(Drawn image, String role, String text) {
        return new Advised(0, image.image(), image.sha256(), role, "r", "given", text, "", COST, 3);
    }

    @Test
    void everyKindOfLineComesBack() {
        Drawn image = drawn(0, new byte[] {1});
        Pruned pruned = new Pruned(0, 1, 3, List.of("k"), 6, 10, 4, null, 7.5);
        Stopped stopped = new Stopped(0, "satisfied");
        List<JournalRecord> lines = List.of(
                image, judged(image, "unscored", null), advised(image, "reflection", "Add a star."), pruned, stopped);
        try (RunFolder folder = open()) {
            folder.keep(image, new byte[] {1});
            lines.subList(1, lines.size()).forEach(folder::keep);
        }
        try (RunFolder folder = open()) {
            RunRecords records = folder.records();
            assertThat(records.records(0)).isEqualTo(lines);
            assertThat(records.records(1)).isEmpty();
            assertThat(records.advised(image, "reflection")).contains((Advised) lines.get(2));
            assertThat(records.advised(image, "refinement")).isEmpty();
            assertThat(records.pruned(0, 1)).contains(pruned);
            assertThat(records.pruned(0, 0)).isEmpty();
            assertThat(records.stopped(0)).contains(stopped);
        }
    }

    /** A search goes on from what it heard first; later judgements of the same bytes are kept beside it. */
    @Test
    void adviceIsTheFirstAndJudgementsAreAll() {
        Drawn image = drawn(0, new byte[] {1});
        try (RunFolder folder = open()) {
            folder.keep(advised(image, "reflection", "one"));
            folder.keep(advised(image, "reflection", "two"));
            folder.keep(judged(image, "unscored", null));
            folder.keep(judged(image, "scored", 1.0));
            assertThat(folder.records()
                            .advised(image, "reflection")
                            .orElseThrow()
                            .text())
                    .isEqualTo("one");
            assertThat(folder.records().judged(image))
                    .extracting(Judged::status)
                    .containsExactly("unscored", "scored");
            assertThat(folder.records().judged(drawn(0, new byte[] {2}))).isEmpty();
        }
    }

    @Test
    void linesOfTheFirstVersionStayReadable() throws IOException {
        open().close();
        Files.writeString(
                directory.resolve("journal.jsonl"),
                "{\"kind\":\"image\",\"key\":\"k\",\"prompt_index\":0,\"image\":1,\"round\":0,\"branch\":1,"
                        + "\"file\":\"00000/samples/00001.png\",\"sha256\":\"s\",\"request\":{\"prompt\":\"p\",\"seed\":7},"
                        + "\"model_hash\":\"m\",\"network_evaluations\":16,\"milliseconds\":9.5}\n"
                        + "{\"kind\":\"score\",\"prompt_index\":0,\"image\":1,\"sha256\":\"s\",\"verifier\":\"scene\","
                        + "\"status\":\"scored\",\"score\":0.5,\"details\":{},\"explanation\":\"\",\"milliseconds\":1.0}\n");
        try (RunFolder folder = open()) {
            Drawn image = folder.records().drawn("k").orElseThrow();
            assertThat(image.texts()).isNull();
            Judged score = folder.records().judged(image).get(0);
            assertThat(score.satisfied()).isFalse();
            assertThat(score.usage()).isNull();
        }
    }

    @Test
    void theBestIsAnotherNameOfASampleAndMayChange() throws IOException {
        Path best = directory.resolve("best/4/00000/samples/00000.png");
        Drawn first = drawn(0, new byte[] {1});
        Drawn second = drawn(1, new byte[] {2, 3});
        try (RunFolder folder = open()) {
            folder.startPrompt(0, Map.of("prompt", "a star"));
            folder.keep(first, new byte[] {1});
            folder.keep(second, new byte[] {2, 3});
            folder.keepBest(4, 0, first);
            assertThat(Files.isSameFile(best, folder.resolve(first.file()))).isTrue();
            // what a kill between link and rename leaves
            Files.createLink(best.resolveSibling(".00000.png.tmp"), folder.resolve(first.file()));
            folder.keepBest(4, 0, second);
            assertThat(best).hasBinaryContent(new byte[] {2, 3});
            assertThat(folder.resolve(first.file())).hasBinaryContent(new byte[] {1});
        }
        assertThat(directory.resolve("best/4/00000/metadata.jsonl")).hasContent("{\"prompt\":\"a star\"}\n");
        try (var files = Files.list(best.getParent())) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void whereThereAreNoLinksTheBestIsACopy() throws IOException {
        Path existing = Files.write(directory.resolve("a"), new byte[] {1, 2});
        Path taken = Files.write(directory.resolve("b"), new byte[] {9});
        // a name that is taken makes the link fail as a file system without links does
        new FileOps().link(existing, taken);
        assertThat(taken).hasBinaryContent(new byte[] {1, 2});
        assertThat(Files.isSameFile(existing, taken)).isFalse();
    }
}
