package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reflectionflow.image.PngWriter;
import dev.reflectionflow.report.SampleRun;
import dev.reflectionflow.scenes.DisturbedRenderer;
import dev.reflectionflow.scenes.SceneColor;
import dev.reflectionflow.scenes.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterCommandTest {
    @TempDir
    private Path folder;

    private Path source;
    private Path out;

    @BeforeEach
    void name() {
        source = folder.resolve("source");
        out = folder.resolve("out");
    }

    private Cli filter(String... args) {
        List<String> all = new ArrayList<>(List.of("filter", source.toString(), "-o", out.toString()));
        all.addAll(Arrays.asList(args));
        return Cli.run(new DrawnByRule().opener(), all.toArray(String[]::new));
    }

    /** One shape a picture; the seed makes files differ. */
    private Path draw(String name, Shape shape, SceneColor color, long seed) throws IOException {
        DisturbedRenderer renderer = new DisturbedRenderer(seed, 64);
        Path file = source.resolve(name);
        Files.createDirectories(file.getParent());
        PngWriter.write(renderer.drawClean(renderer.place(List.of(Map.entry(shape, color)))), Map.of(), file);
        return file;
    }

    /** A folder as the released scripts leave it: nothing, then colour, then all of "a red circle" right. */
    private void released(String kind) throws IOException {
        draw("00003/" + kind + "/10_round@5.png", Shape.CIRCLE, SceneColor.RED, 1);
        draw("00003/" + kind + "/2_round@7.png", Shape.STAR, SceneColor.RED, 2);
        draw("00003/" + kind + "/1_round@9.png", Shape.STAR, SceneColor.BLUE, 3);
        draw("00003/" + kind + "/2_round@30.png", Shape.STAR, SceneColor.BLUE, 4);
        Files.writeString(
                source.resolve("00003/metadata.jsonl"),
                "{\"tag\":\"colors\",\"prompt\":\"a photo of a red circle\"}\n");
    }

    private Path chosen(int budget, String prompt) {
        return out.resolve(budget + "/" + prompt + "/samples/00000.png");
    }

    private static Map<String, Object> files(Path directory) throws IOException {
        Map<String, Object> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        directory.relativize(file).toString(),
                        List.of(Arrays.hashCode(Files.readAllBytes(file)), Files.getLastModifiedTime(file)));
            }
        }
        return files;
    }

    /** B13: the released filter reads {@code midimg} only, where its own noise scripts write {@code samples}. */
    @ParameterizedTest
    @ValueSource(strings = {"samples", "midimg"})
    void readsTheFoldersOfEveryReleasedScriptAndLeavesThemAsTheyAre(String kind) throws IOException {
        released(kind);
        Map<String, Object> before = files(source);
        Cli run = filter("--budgets", "1,2,3,4");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).containsExactly(out + "/1", out + "/2", out + "/3", out + "/4");
        assertThat(chosen(1, "00003")).hasSameBinaryContentAs(source.resolve("00003/" + kind + "/1_round@9.png"));
        // round 2 has seeds 30 and 7: texts, as released
        assertThat(chosen(2, "00003")).hasSameBinaryContentAs(source.resolve("00003/" + kind + "/1_round@9.png"));
        assertThat(chosen(3, "00003")).hasSameBinaryContentAs(source.resolve("00003/" + kind + "/2_round@7.png"));
        assertThat(chosen(4, "00003")).hasSameBinaryContentAs(source.resolve("00003/" + kind + "/10_round@5.png"));
        assertThat(out.resolve("4/00003/metadata.jsonl"))
                .hasSameBinaryContentAs(source.resolve("00003/metadata.jsonl"));
        assertThat(files(source)).isEqualTo(before);
    }

    @Test
    void namesAreOrderedByRoundThenSeedElseByNumberThenAsTexts() {
        List<String> names = new ArrayList<>(
                List.of("b.png", "10.png", "2.png", "a.png", "10_round@1.png", "9_round@2.png", "9_round@10.png"));
        names.sort(FilterSource::compare);
        assertThat(names)
                .containsExactly(
                        "9_round@10.png", "9_round@2.png", "10_round@1.png", "2.png", "10.png", "a.png", "b.png");
    }

    @Test
    void fewerImagesThanABudgetAreSaid() throws IOException {
        released("samples");
        Cli run = filter("--budgets", "4,8");
        assertThat(run.err())
                .contains("1 of 1 prompts have fewer than 8 images, one of them 4")
                .doesNotContain("fewer than 4");
        assertThat(chosen(8, "00003")).hasSameBinaryContentAs(chosen(4, "00003"));
    }

    /** The sample run's scores are of the journal alone: its pictures would get others. */
    @Test
    void takesARunsOrderAndScoresFromItsJournal() throws IOException {
        SampleRun.write(source, "noise");
        Map<String, Object> before = files(source);
        Cli run = filter("--budgets", "1,3,6");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).contains("1 of 13 images are to be judged");
        assertThat(chosen(1, "00000")).hasSameBinaryContentAs(source.resolve("00000/samples/00000.png"));
        assertThat(chosen(3, "00000")).hasSameBinaryContentAs(source.resolve("00000/samples/00002.png"));
        assertThat(chosen(6, "00000")).hasSameBinaryContentAs(source.resolve("00000/samples/00005.png"));
        assertThat(files(source)).isEqualTo(before);
    }

    @Test
    void anotherVerifierJudgesAnew() throws IOException {
        SampleRun.write(source, "noise");
        Path config = source.resolve("config.json");
        Files.writeString(config, Files.readString(config).replace("\"scene\"", "\"other\""));
        assertThat(filter().err()).contains("13 of 13 images are to be judged");
    }

    @Test
    void asksNothingTwice() throws IOException {
        released("samples");
        assertThat(filter().err()).contains("4 of 4 images are to be judged");
        Map<String, Object> first = files(out.resolve("1"));
        Path scores = out.resolve("scores.jsonl");
        List<String> lines = Files.readAllLines(scores);
        // killed while it wrote the last line
        Files.writeString(
                scores,
                String.join("\n", lines.subList(0, 3)) + "\n" + lines.get(3).substring(0, 20));
        assertThat(filter().err()).contains("1 of 4 images are to be judged");
        assertThat(Files.readAllLines(scores)).isEqualTo(lines);
        assertThat(filter().err()).contains("0 of 4 images are to be judged");
        assertThat(files(out.resolve("1"))).isEqualTo(first);
    }

    @Test
    void aLineTornWithinACharacterIsCutOffToo() throws IOException {
        released("samples");
        filter();
        Path scores = out.resolve("scores.jsonl");
        byte[] whole = Files.readAllBytes(scores);
        byte[] torn = "{\"sha256\":\"0\",\"prompt\":\"ein gr\u00fc".getBytes(StandardCharsets.UTF_8);
        Files.write(scores, Arrays.copyOf(torn, torn.length - 1), StandardOpenOption.APPEND);
        Cli again = filter();
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(again.err()).contains("0 of 4 images are to be judged");
        assertThat(Files.readAllBytes(scores)).isEqualTo(whole);
    }

    @Test
    void failuresAreAskedForAgainAndEndWithSix() throws IOException {
        released("samples");
        try (RefusingService service = new RefusingService()) {
            String[] verifier = {"--verifier", "openai", "--verifier-url", service.url(), "--verifier-model", "judge"};
            Cli run = filter(verifier);
            assertThat(run.exitCode()).as(run.err()).isEqualTo(6);
            assertThat(run.err()).contains("4 images stayed unscored");
            assertThat(chosen(4, "00003")).hasSameBinaryContentAs(source.resolve("00003/samples/1_round@9.png"));
            int asked = service.questions.get();
            filter(verifier);
            assertThat(service.questions.get()).isEqualTo(2 * asked);
        }
    }

    @Test
    void wrongFoldersAreOneLine() throws IOException {
        Files.createDirectories(source);
        Cli empty = filter();
        assertThat(empty.exitCode()).isEqualTo(3);
        assertThat(empty.errLines()).singleElement().asString().contains("no images of prompts");
        released("samples");
        out = source.resolve("filtered");
        Cli inside = filter();
        assertThat(inside.exitCode()).isEqualTo(2);
        assertThat(inside.err()).contains("which is not to be changed");
        assertThat(out).doesNotExist();
        out = folder.resolve("out");
        assertThat(filter("--budgets", "0").exitCode()).isEqualTo(2);
        Files.delete(source.resolve("00003/metadata.jsonl"));
        Cli nameless = filter();
        assertThat(nameless.exitCode()).isEqualTo(3);
        assertThat(nameless.err()).contains("00003/metadata.jsonl");
    }
}
