package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at the page in a real browser, from a file, as a user opens it. */
class ReportBrowserTest {
    private static final int IMAGES = 2 * (6 + 3 + 4);

    @TempDir
    private Path folder;

    @Test
    void thePageWorksInABrowser() throws Exception {
        Optional<Path> program = Chromium.find();
        assumeTrue(program.isPresent(), "skipped: no Chromium on this machine (.ci/run installs it)");
        SampleRun.write(folder.resolve("a"), "noise");
        SampleRun.write(folder.resolve("b"), "noise+prompt+reflection");
        Path page = folder.resolve("report.html");
        Report.of("Two runs", List.of(folder.resolve("a"), folder.resolve("b"))).writeHtml(page, LocalDate.EPOCH);
        // what the page needs must be in it
        Path alone =
                Files.move(page, Files.createDirectory(folder.resolve("alone")).resolve("moved.html"));
        try (Chromium browser = new Chromium(program.get(), folder.resolve("profile"))) {
            browser.width(1600);
            browser.open(alone);
            imagesAreThere(browser);
            nothingOverflowsAt(browser, 1600);
            nothingOverflowsAt(browser, 400);
            textsAreInert(browser);
            controlsWork(browser);
            assertThat(browser.complaints()).isEmpty();
            assertThat(browser.requests()).containsExactly(alone.toUri().toString());
        }
    }

    private static void imagesAreThere(Chromium browser) throws Exception {
        assertThat(number(browser, "document.querySelectorAll('.candidate').length"))
                .isEqualTo(IMAGES);
        assertThat(number(browser, "document.querySelectorAll('.candidate.best').length"))
                .isEqualTo(6);
        JsonNode decoded = browser.evaluate("Promise.all([...document.images].map(i => i.decode().then(() =>"
                + " i.naturalWidth > 0 && i.naturalWidth <= 256))).then(all => all.filter(ok => ok).length)");
        assertThat(decoded.intValue()).isEqualTo(IMAGES + 3);
        assertThat(number(browser, "[...document.images].filter(i => !i.hasAttribute('alt')).length"))
                .isZero();
        assertThat(number(browser, "document.querySelectorAll('svg .curve').length"))
                .isGreaterThanOrEqualTo(20);
    }

    private static void nothingOverflowsAt(Chromium browser, int width) throws Exception {
        browser.width(width);
        browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        assertThat(number(browser, "window.innerWidth")).isEqualTo(width);
        assertThat(number(browser, "document.documentElement.scrollWidth"))
                .as("width of what is shown at " + width)
                .isLessThanOrEqualTo(width);
        JsonNode beyond =
                browser.evaluate("[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, pre,"
                        + " .skip, svg') && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.className)");
        assertThat(beyond).as("elements beyond the edge at " + width).isEmpty();
    }

    private static void textsAreInert(Chromium browser) throws Exception {
        assertThat(browser.evaluate("document.title").textValue()).isEqualTo("Two runs");
        assertThat(number(browser, "document.scripts.length")).isEqualTo(1);
        assertThat(browser.evaluate("[...document.querySelectorAll('.text')].map(e => e.textContent)"))
                .extracting(JsonNode::textValue)
                .containsExactly(SampleRun.POSITION, SampleRun.HOSTILE, SampleRun.COUNTING);
        assertThat(number(browser, "document.querySelectorAll('img[onerror], .text b').length"))
                .isZero();
    }

    /** By what a keyboard reaches: summaries, fields, buttons and links. */
    private static void controlsWork(Chromium browser) throws Exception {
        String shown = "[...document.querySelectorAll('details.prompt')].filter(d => !d.hidden).length";
        browser.evaluate("document.getElementById('find').value = 'GREEN';"
                + " document.getElementById('find').dispatchEvent(new Event('input'))");
        assertThat(number(browser, shown)).isEqualTo(1);
        assertThat(browser.evaluate("document.getElementById('shown').value").textValue())
                .isEqualTo("1 of 3");
        browser.evaluate(
                "document.getElementById('find').value = '';" + " document.getElementById('unsatisfied').click()");
        assertThat(number(browser, shown)).isEqualTo(2);
        browser.evaluate(
                "document.getElementById('unsatisfied').click();" + " document.getElementById('close-all').click()");
        assertThat(number(browser, "document.querySelectorAll('details.prompt[open]').length"))
                .isZero();
        // a link to an image opens the prompt that it is in
        browser.evaluate("new Promise(done => { addEventListener('hashchange', () => setTimeout(done));"
                + " location.hash = '#p0r1i5'; })");
        assertThat(browser.evaluate("document.getElementById('p0').open").booleanValue())
                .isTrue();
        assertThat(number(browser, "[...document.querySelectorAll('.scroll, pre')].filter(e => e.tabIndex < 0).length"))
                .isZero();
    }

    private static int number(Chromium browser, String expression) throws Exception {
        return browser.evaluate(expression).intValue();
    }
}
