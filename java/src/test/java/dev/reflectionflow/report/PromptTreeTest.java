package dev.reflectionflow.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptTreeTest {
    @TempDir
    private Path folder;

    private Strategy run;

    @BeforeEach
    void write() {
        SampleRun.write(folder.resolve("a"), "noise");
        run = Strategy.read(List.of(folder.resolve("a"))).get(0);
    }

    @Test
    void imagesKnowTheirParentsByPlace() {
        PromptTree tree = run.prompts().get(0);
        assertThat(tree.nodes())
                .extracting(Node::parent)
                .containsExactly(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(0),
                        Optional.of(1),
                        Optional.of(0),
                        Optional.of(4));
        assertThat(tree.childrenOf(tree.node(0))).extracting(Node::image).containsExactly(2, 4);
        assertThat(tree.best()).map(Node::image).contains(5);
        assertThat(tree.stop()).contains("satisfied");
        assertThat(run.prompts().get(2).stop()).isEmpty();
    }

    @Test
    void theBestIsTheEarlierOfEqualsAndNeverOneWithoutAScore() {
        assertThat(run.prompts().get(2).best()).map(Node::image).contains(0);
        assertThat(run.prompts().get(1).best()).map(Node::image).contains(1);
        assertThat(run.prompts().get(1).firstScore()).isEmpty();
    }

    @Test
    void aPoolThatDoesNotCountIsShownAndNeverChosen() throws IOException {
        Path config = folder.resolve("a/config.json");
        Files.writeString(
                config, Files.readString(config).replace("\"pool_counts\" : true", "\"pool_counts\" : false"));
        PromptTree tree =
                Strategy.read(List.of(folder.resolve("a"))).get(0).prompts().get(2);
        assertThat(tree.nodes()).extracting(Node::counts).containsExactly(false, false, true, true);
        assertThat(tree.best()).map(Node::image).contains(2);
        assertThat(tree.cost().images()).isEqualTo(4);
    }

    @Test
    void promptsAreHardWhereTheirFirstImageScoresLow() {
        assertThat(Groups.difficulty(List.of(run)))
                .isEqualTo(Map.of(SampleRun.POSITION, Groups.HARD, SampleRun.COUNTING, Groups.EASY));
        Strategy alike = new Strategy("x", run.run(), List.of(run.prompts().get(2)));
        assertThat(Groups.difficulty(List.of(alike))).isEmpty();
    }

    @Test
    void runsOfOneNameAreToldApartByTheirFolders() {
        SampleRun.write(folder.resolve("b"), "noise");
        SampleRun.write(folder.resolve("c"), "noise+prompt");
        assertThat(Strategy.read(List.of(folder.resolve("a"), folder.resolve("c"))))
                .extracting(Strategy::label)
                .containsExactly("noise 4\u00d72", "noise+prompt 4\u00d72");
        assertThat(Strategy.read(List.of(folder.resolve("a"), folder.resolve("b"))))
                .extracting(Strategy::label)
                .containsExactly("noise 4\u00d72, a", "noise 4\u00d72, b");
    }
}
