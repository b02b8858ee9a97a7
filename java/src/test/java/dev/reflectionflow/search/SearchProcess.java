package dev.reflectionflow.search;

import dev.reflectionflow.feedback.SceneVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A small search as a process of its own, to be killed. */
final class SearchProcess {
    static final int IMAGES = 2 * 4 * 3;
    private static final FlowConfig CONFIG = FlowConfig.builder()
            .rounds(4)
            .branches(3)
            .seed(5)
            .drawing(new DrawingSettings(64, 64, 2, null, null))
            .promptsAtOnce(1)
            .build();
    private static final List<SearchPrompt> PROMPTS =
            List.of(SearchPrompt.of(0, "a red circle"), SearchPrompt.of(1, "a star"));

    private SearchProcess() {}

    /** Searches into the folder named by the first argument; prints each new candidate and waits for a byte to go on. */
    public static void main(String[] arguments) {
        search(Path.of(arguments[0]), new SearchListener() {
            @Override
            public void candidateDone(Candidate candidate, boolean resumed) {
                if (!resumed) {
                    System.out.println(candidate.file());
                    waitForLeave();
                }
            }
        });
    }

    private static void waitForLeave() {
        try {
            System.in.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SearchResult search(Path folder, SearchListener listener) {
        return new ReflectionFlow(
                        CONFIG,
                        new ScenePainter("m"),
                        new PngCodec("scenes", List.of(), "fp32"),
                        Roles.of(new SceneVerifier(warning -> {}))
                                .with(TestRoles.naming())
                                .with(TestRoles.tracing()))
                .run(PROMPTS, folder, listener);
    }
}
