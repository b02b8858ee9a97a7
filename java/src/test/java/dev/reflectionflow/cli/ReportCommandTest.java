package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.report.SampleRun;
import dev.reflectionflow.run.Budget;
import dev.reflectionflow.run.RecordedRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
    @TempDir
    private Path folder;

    private static Cli run(Object... args) {
        String[] texts = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            texts[i] = args[i].toString();
        }
        return Cli.run(new DrawnByRule().opener(), texts);
    }

    @Test
    void writesAPageAndItsCurvesAndPrintsTheirPaths() throws Exception {
        SampleRun.write(folder.resolve("noise"), "noise");
        SampleRun.write(folder.resolve("prompt"), "noise+prompt");
        Path page = folder.resolve("page.html");
        Path svg = folder.resolve("curves.svg");
        Path png = folder.resolve("curves.png");
        Cli run = run(
                "report", folder.resolve("noise"), folder.resolve("prompt"), "-o", page, "--svg", svg, "--png", png);
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).containsExactly(page.toString(), svg.toString(), png.toString());
        assertThat(Files.readString(page)).contains("<h1>noise, prompt</h1>", "2 runs");
        assertThat(svg).isNotEmptyFile();
        assertThat(png).isNotEmptyFile();
    }

    /** What a report says was spent is what the search itself said. */
    @Test
    void budgetsAreThoseOfTheSearch() throws Exception {
        Path directory = folder.resolve("run");
        Cli search = run("search", "a red circle", "--rounds", 2, "--branches", 3, "-o", directory, "--format", "json");
        assertThat(search.exitCode()).as(search.err()).isZero();
        JsonNode budget = new ObjectMapper().readTree(search.out()).get("budget");
        RecordedRun run = RecordedRun.read(directory);
        Budget cost = run.records().records(0).stream().map(Budget::of).reduce(Budget.NONE, Budget::plus);
        assertThat(cost.images()).isEqualTo(6).isEqualTo(budget.get("images").longValue());
        assertThat(cost.networkEvaluations())
                .isEqualTo(budget.get("network_evaluations").longValue());
        assertThat(cost.verifierCalls())
                .isEqualTo(6)
                .isEqualTo(budget.get("verifier_calls").longValue());
        assertThat(cost.languageModelCalls())
                .isEqualTo(budget.get("language_model_calls").longValue());
        assertThat(cost.tokens()).isEqualTo(budget.get("tokens").longValue());
        assertThat(Math.round(cost.seconds() * 1000) / 1000.0)
                .isEqualTo(budget.get("seconds").doubleValue());
        assertThat(run("report", directory, "-o", folder.resolve("r.html")).exitCode())
                .isZero();
    }

    @Test
    void aFolderThatIsNoRunIsOneLine() {
        Cli run = run("report", folder, "-o", folder.resolve("r.html"));
        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errLines())
                .containsExactly("reflectionflow: " + folder + ": no run is here: it has no journal.jsonl");
        assertThat(folder.resolve("r.html")).doesNotExist();
    }
}
