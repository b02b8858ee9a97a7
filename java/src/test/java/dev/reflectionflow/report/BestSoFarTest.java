package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.reflectionflow.report.Chart.Point;
import dev.reflectionflow.run.Budget;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BestSoFarTest {
    @TempDir
    private Path folder;

    private Strategy run;

    @BeforeEach
    void write() {
        SampleRun.write(folder, "noise+prompt+reflection");
        run = Strategy.read(List.of(folder)).get(0);
    }

    private List<Double> spent(int prompt, Axis axis) {
        return BestSoFar.of(run.run(), run.prompts().get(prompt), axis).steps().stream()
                .map(BestSoFar.Step::spent)
                .toList();
    }

    @Test
    void theBestOfTheFirstImagesGrowsInDrawingOrder() {
        BestSoFar growth = BestSoFar.of(run.run(), run.prompts().get(0), Axis.IMAGES);
        assertThat(growth.steps()).extracting(BestSoFar.Step::spent).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(growth.steps())
                .extracting(step -> step.best().orElse(null))
                .containsExactly(0.25, 0.5, 0.75, 0.75, 0.75, 1.0);
        assertThat(growth.steps()).extracting(BestSoFar.Step::satisfied).endsWith(false, true);
        assertThat(growth.at(0.5)).isEmpty();
        assertThat(growth.at(2.9).orElseThrow().best()).contains(0.5);
    }

    @Test
    void eachAxisCountsWhatTheJournalSays() {
        assertThat(spent(0, Axis.NETWORK_EVALUATIONS)).containsExactly(4.0, 8.0, 12.0, 16.0, 20.0, 24.0);
        assertThat(spent(0, Axis.VERIFIER_CALLS)).containsExactly(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(spent(0, Axis.LANGUAGE_MODEL_CALLS)).containsExactly(0.0, 0.0, 1.0, 1.0, 1.0, 1.0);
        assertThat(spent(0, Axis.SECONDS)).hasSize(6).isSorted();
        assertThat(spent(0, Axis.SECONDS).get(0)).isEqualTo(0.21, within(1e-9));
        Budget cost = run.prompts().get(0).cost();
        assertThat(cost).isEqualTo(new Budget(6, 24, 0, 6, 1, 100, cost.seconds()));
        assertThat(cost.seconds()).isEqualTo(0.71, within(1e-9));
    }

    @Test
    void anImageWithoutAScoreCostsAndAddsNothing() {
        BestSoFar growth = BestSoFar.of(run.run(), run.prompts().get(1), Axis.IMAGES);
        assertThat(growth.steps())
                .extracting(BestSoFar.Step::best)
                .containsExactly(Optional.empty(), Optional.of(0.5), Optional.of(0.5));
        assertThat(growth.firstScored()).contains(2.0);
    }

    /** Prompt 1 has no score before two images, prompt 2 ends after four: it keeps its value. */
    @Test
    void curvesAreMeansOverPromptsThatHaveAScore() {
        List<Point> points = Curves.points(run, Axis.IMAGES, false);
        assertThat(points).extracting(Point::x).containsExactly(2.0, 3.0, 4.0, 5.0, 6.0);
        assertThat(points.get(0).y()).isEqualTo((0.5 + 0.5 + 0.9) / 3);
        assertThat(points.get(4).y()).isEqualTo((1.0 + 0.5 + 0.9) / 3);
    }

    @Test
    void theShareOfSatisfiedPromptsIsOfAllPrompts() {
        List<Point> points = Curves.points(run, Axis.IMAGES, true);
        assertThat(points).extracting(Point::y).startsWith(0.0).endsWith(100.0 / 3);
    }

    @Test
    void anAxisThatNothingWasSpentOnHasNoChart() {
        assertThat(Curves.scores(List.of(run))).extracting(Chart::xLabel).hasSize(5);
        Strategy quiet = new Strategy("noise", run.run(), List.of(run.prompts().get(2)));
        assertThat(Curves.scores(List.of(quiet)))
                .extracting(Chart::xLabel)
                .containsExactly(
                        "images per prompt",
                        "network evaluations per prompt",
                        "verifier calls per prompt",
                        "seconds per prompt");
        assertThat(Curves.satisfied(List.of(quiet))).isEmpty();
    }
}
