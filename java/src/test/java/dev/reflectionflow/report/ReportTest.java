package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    private static final LocalDate DATE = LocalDate.of(2026, 11, 21);

    @TempDir
    private Path folder;

    private String page(String... runs) throws IOException {
        List<Path> directories = Stream.of(runs).map(folder::resolve).toList();
        Path file = folder.resolve("report.html");
        Report.of("A <title>", directories).writeHtml(file, DATE);
        return Files.readString(file);
    }

    @Test
    void saysWhatWasRunAndWhatItReached() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise+prompt+reflection");
        String page = page("a");
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("21 November 2026", "3 prompts", "13 images", "A &lt;title&gt;")
                .contains("noise+prompt+reflection 4\u00d72", SampleRun.HASH.substring(0, 12), SampleRun.HASH)
                .contains("openai (critic-7b)", "position", "counting", "ended: satisfied", "not ended")
                .contains("<ins>clear</ins>", "<del>", "Add one blue square.");
    }

    @Test
    void approximateRunsAreMarkedWhereverTheyStand() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise");
        SampleRun.write(folder.resolve("b"), "noise");
        Path config = folder.resolve("b/config.json");
        String approximate = "\"approximate\": {\"performance_mode\": \"fp8\", \"cache_threshold\": \"0.1\"}, ";
        Files.writeString(config, Files.readString(config).replaceFirst("\"format\"", approximate + "\"format\""));
        String page = page("a", "b");
        assertThat(page)
                .contains("<td>exact</td>", "<td>approximate: performance mode fp8, cache threshold 0.1</td>")
                .contains("noise 4\u00d72</th>", "noise 4\u00d72 (approximate)</th>");
    }

    @Test
    void failuresAreSaid() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise");
        Files.delete(folder.resolve("a/00002/samples/00003.png"));
        String page = page("a");
        String failures = page.substring(page.indexOf("<h2>Failures"), page.indexOf("<h2>Prompts"));
        assertThat(failures)
                .contains("unscored", "the service said &lt;img src=x onerror=alert(1)&gt;")
                .contains("no reflection", "timed out", "file missing", "00002/samples/00003.png", "not ended");
        assertThat(page).contains("no picture");
    }

    @Test
    void whatAPromptSaysIsNeverMarkup() throws IOException {
        SampleRun.write(folder.resolve("a"), "<i>noise");
        String page = page("a");
        assertThat(page).doesNotContain("<script>document", "<img src=x", "<i>noise", "<b>stars");
        assertThat(page.split("<script", -1)).hasSize(2);
        assertThat(page).contains("default-src &#39;none&#39;").doesNotContainPattern("(src|href)=\"(?!data:|#)");
    }

    @Test
    void sharesOfPromptsAreSaidWhereRunsDiffer() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise");
        SampleRun.write(folder.resolve("b"), "prompt");
        assertThat(page("a", "b")).doesNotContain("The runs share");
        Files.writeString(folder.resolve("b/00002/metadata.jsonl"), "{\"prompt\":\"another\"}\n");
        assertThat(page("a", "b")).contains("The runs share 2 of 4 prompts");
    }

    @Test
    void aTornLastLineOfARunThatGoesOnIsNoError() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise");
        Path journal = folder.resolve("a/journal.jsonl");
        String torn = Files.readString(journal) + "{\"kind\":\"ima";
        Files.writeString(journal, torn);
        assertThat(page("a")).contains("13 images");
        assertThat(journal).hasContent(torn);
    }

    @Test
    void aRunWithoutAnyImageHasAPageToo() throws IOException {
        Files.createDirectory(folder.resolve("a"));
        Files.writeString(folder.resolve("a/config.json"), "{\"strategy\":\"noise\"}");
        Files.writeString(folder.resolve("a/journal.jsonl"), "");
        assertThat(page("a")).contains("No image has a score");
        Report.of("none", List.of(folder.resolve("a"))).writePng(folder.resolve("none.png"));
        assertThat(folder.resolve("none.png")).exists();
    }

    @Test
    void curvesAreWellFormedSvgAndPng() throws Exception {
        SampleRun.write(folder.resolve("a"), "noise");
        Report report = Report.of("Curves & more", List.of(folder.resolve("a")));
        report.writeSvg(folder.resolve("curves.svg"));
        var svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("curves.svg").toFile());
        // a curve in each of five charts in two rows, and one in the legend
        assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(11);
        report.writePng(folder.resolve("curves.png"));
        BufferedImage png = ImageIO.read(folder.resolve("curves.png").toFile());
        assertThat(png.getWidth()).isGreaterThan(3000);
        int blue = 0;
        for (int x = 0; x < png.getWidth(); x++) {
            for (int y = 0; y < png.getHeight(); y++) {
                blue += (png.getRGB(x, y) & 0xffffff) == Integer.decode(Palette.color(0)) ? 1 : 0;
            }
        }
        assertThat(blue).as("pixels of curves").isGreaterThan(5000);
    }

    @Test
    void namesWhatIsNoRun() {
        assertThatThrownBy(() -> Report.of("x", List.of(folder)))
                .isInstanceOf(EngineException.class)
                .hasMessage(folder + ": no run is here: it has no journal.jsonl");
        SampleRun.write(folder.resolve("a"), "noise");
        Path out = folder.resolve("missing/report.html");
        assertThatThrownBy(() -> Report.of("x", List.of(folder.resolve("a"))).writeHtml(out, DATE))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(out + ": cannot be written");
    }

    @Test
    void equalRunsMakeEqualPages() throws IOException {
        SampleRun.write(folder.resolve("a"), "noise");
        assertThat(page("a")).isEqualTo(page("a"));
    }
}
