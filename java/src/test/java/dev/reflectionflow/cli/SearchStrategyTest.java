package dev.reflectionflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.GenerationRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What the options about noise, chains, ends and limits do. */
class SearchStrategyTest extends SearchFixture {
    @Test
    void poolAndChainsAreAsAskedFor() throws Exception {
        Cli run = search(
                PROMPT,
                "--pool",
                "3",
                "--pool-uncounted",
                "--rounds",
                "3",
                "--branches",
                "2",
                "--selection",
                "apart",
                "--no-keep-parent",
                "--seed",
                "4",
                "--format",
                "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn).hasSize(3 + 2 * 2);
        JsonNode config = config();
        assertThat(config.get("pool").intValue()).isEqualTo(3);
        assertThat(config.get("pool_counts").booleanValue()).isFalse();
        assertThat(config.get("selection").textValue()).isEqualTo("apart");
        assertThat(config.get("keep_parent").booleanValue()).isFalse();
        assertThat(config.get("seed").intValue()).isEqualTo(4);
        JsonNode best = json(run.out());
        assertThat(best.at("/budget/images").intValue()).isEqualTo(4);
        assertThat(best.at("/uncounted/images").intValue()).isEqualTo(3);
        assertThat(best.get("stop").textValue()).isEqualTo("rounds");
    }

    @Test
    void zeroOrderNoiseStepsAwayFromTheBest() throws Exception {
        Cli run = search(
                PROMPT, "--noise", "zero-order", "--noise-distance", "0.5", "--neighbours", "2", "--rounds", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(engine.drawn.subList(0, 4))
                .allSatisfy(first -> assertThat(first.noiseSteps()).isEmpty());
        assertThat(engine.drawn.subList(4, 8))
                .allSatisfy(next -> assertThat(next.noiseSteps())
                        .singleElement()
                        .satisfies(step -> assertThat(step.distance()).isEqualTo(0.5)));
        assertThat(engine.drawn.subList(4, 8).stream()
                        .map(GenerationRequest::seed)
                        .distinct())
                .hasSize(2);
        assertThat(config().at("/noise/neighbours").intValue()).isEqualTo(2);
    }

    @Test
    void limitsEndTheSearchAndAreNamed() throws Exception {
        Cli images = search(PROMPT, "--max-images", "6", "--format", "json");
        assertThat(json(images.out()).get("stop").textValue()).isEqualTo("images");
        assertThat(engine.drawn).hasSize(6);
        Cli evaluations =
                searchInto(folder.resolve("e"), PROMPT, "--max-evaluations", String.valueOf(7 * DrawnByRule.STEPS + 1));
        assertThat(evaluations.err())
                .contains("spent 7 images, 28 network evaluations, 7 verifier calls")
                .contains("stopped: network evaluations");
        Cli calls = searchInto(folder.resolve("c"), PROMPT, "--max-verifier-calls", "5");
        assertThat(calls.err()).contains("stopped: verifier calls");
        Cli seconds = searchInto(folder.resolve("s"), PROMPT, "--max-seconds", "0.001");
        assertThat(seconds.err()).contains("stopped: seconds");
    }

    @Test
    void goodEnoughOrHopelessEndsEarly() {
        assertThat(search(PROMPT, "--stop-score", "0").err()).contains("stopped: threshold", "best of 4");
        assertThat(searchInto(folder.resolve("p"), "a lighthouse", "--patience", "2")
                        .err())
                .contains("stopped: no gain", "best of 12");
    }

    @Test
    void whatPruningSavedIsReported() throws Exception {
        Cli run = search(PROMPT, "--prune-step", "2", "--prune-share", "0.5", "--rounds", "1", "--format", "json");
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode budget = json(run.out()).get("budget");
        assertThat(budget.get("saved_evaluations").intValue()).isEqualTo(2 * (DrawnByRule.STEPS - 2));
        assertThat(config().at("/pruning/step").intValue()).isEqualTo(2);
        Cli text = searchInto(folder.resolve("t"), PROMPT, "--prune-step", "2", "--rounds", "1");
        assertThat(text.err()).contains("(4 saved by pruning)");
    }

    @Test
    void severalPromptsEndWithTheirTotal() throws Exception {
        Path rows = java.nio.file.Files.writeString(folder.resolve("rows.txt"), "a red circle\ntwo blue squares\n");
        Cli run = search("--prompts", rows.toString(), "--rounds", "1", "--prompts-at-once", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.outLines()).hasSize(2);
        assertThat(run.err()).contains("spent on 2 prompts: 8 images, 32 network evaluations, 8 verifier calls");
    }
}
