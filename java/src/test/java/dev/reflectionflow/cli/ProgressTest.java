package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private Console console(boolean live, int width) {
        return new Console(new PrintWriter(out), new PrintWriter(err), live, width);
    }

    @Test
    void showsPromptImageStepAndSpeedOnOneLine() {
        Progress progress = new Progress(console(true, 100), 8);
        progress.step("prompt 1/2", 2, 2, 1, 4);
        progress.step("prompt 1/2", 2, 2, 2, 4);
        String[] lines = err.toString().split("\r", -1);
        assertThat(lines[1]).startsWith("prompt 1/2  image 3-4/8  step 1/4 [").endsWith("\033[K");
        assertThat(lines[2]).contains("step 2/4 [===").containsPattern("\\d+\\.\\d steps/s");
    }

    @Test
    void neverWiderThanTheTerminal() {
        for (int width : new int[] {20, 40, 60, 79}) {
            err.getBuffer().setLength(0);
            new Progress(console(true, width), 100).step("prompt 11/12", 50, 4, 16, 28);
            assertThat(err.toString().replace("\r", "").replace("\033[K", "")).hasSizeLessThanOrEqualTo(width);
        }
    }

    @Test
    void endsWithWhatWasSpentAndGivesUpTheBarForIt() {
        Progress progress = new Progress(console(true, 66), 8);
        progress.spent("64 evals");
        assertThat(err.toString()).isEmpty();
        progress.step("", 2, 1, 1, 4);
        progress.spent("68 evals 3 judged 2 calls 220 tokens");
        String[] lines = err.toString().split("\r", -1);
        assertThat(lines[1]).contains("[==").endsWith(", 64 evals\033[K");
        assertThat(lines[2])
                .doesNotContain("[==")
                .startsWith("image 3/8  step 1/4")
                .contains("68 evals 3 judged 2 calls 220 tokens");
        progress.spent("68 evals 40 saved 3 judged 2 calls 220 tokens");
        progress.step("", 2, 1, 2, 4);
        assertThat(err.toString()).endsWith("step 2/4  68 evals 40 saved 3 judged 2 calls 220 tokens\033[K");
    }

    @Test
    void isSilentWhereThereIsNoTerminal() {
        new Progress(console(false, 80), 8).step("", 0, 1, 1, 4);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void givesWayToResultsAndNotes() {
        Console console = console(true, 80);
        console.progress("busy");
        console.result("a.png");
        console.note("two\nlines");
        console.clear();
        assertThat(out.toString()).isEqualTo("a.png" + System.lineSeparator());
        assertThat(err.toString()).isEqualTo("\rbusy\033[K\r\033[Kreflectionflow: two lines" + System.lineSeparator());
    }
}
