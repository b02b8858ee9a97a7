package dev.reflectionflow.search;

import dev.reflectionflow.RgbImage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the loop share: a painter, a folder and a prompt. */
abstract class FlowFixture {
    static final PngCodec CODEC = new PngCodec("scenes", List.of(), "fp32");
    static final SearchPrompt PROMPT = SearchPrompt.of(0, "a red circle");
    static final DrawingSettings SMALL = new DrawingSettings(64, 48, 6, 2.5, 32);

    @TempDir
    Path folder;

    final ScenePainter painter = new ScenePainter("m");

    static FlowConfigBuilder flow(int rounds, int branches) {
        return FlowConfig.builder().rounds(rounds).branches(branches).seed(3).drawing(SMALL);
    }

    PromptResult search(FlowConfigBuilder config, Roles roles) {
        return search(config, roles, folder.resolve("run"));
    }

    PromptResult search(FlowConfigBuilder config, Roles roles, Path directory) {
        return flow(config, roles)
                .run(List.of(PROMPT), directory, SearchListener.NONE)
                .prompts()
                .get(0);
    }

    ReflectionFlow flow(FlowConfigBuilder config, Roles roles) {
        return new ReflectionFlow(config.build(), painter, CODEC, roles);
    }

    static RgbImage pixels(Candidate candidate) {
        return CODEC.decode(candidate.file());
    }

    static Candidate parent(PromptResult result, Candidate child) {
        return result.candidates().stream()
                .filter(one -> one.key().equals(child.parent().orElseThrow()))
                .findFirst()
                .orElseThrow();
    }
}
