package dev.reflectionflow.examples;

import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.feedback.Advice;
import dev.reflectionflow.feedback.SceneRefiner;
import dev.reflectionflow.feedback.SceneReflector;
import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.run.Budget;
import dev.reflectionflow.search.AdviceRole;
import dev.reflectionflow.search.Candidate;
import dev.reflectionflow.search.DrawingSettings;
import dev.reflectionflow.search.FlowConfig;
import dev.reflectionflow.search.PngCodec;
import dev.reflectionflow.search.PromptSource;
import dev.reflectionflow.search.ReflectionFlow;
import dev.reflectionflow.search.Roles;
import dev.reflectionflow.search.SearchListener;
import dev.reflectionflow.search.SearchPrompt;
import dev.reflectionflow.search.SearchResult;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A whole search without the command line: the code between the marks is what the README shows. */
final class SearchExample {
    private SearchExample() {}

    /** Searches for one prompt; setting {@code stop} ends it, and the same call goes on from there. */
    static SearchResult search(
            String model, Path lora, DrawingSettings drawing, Path folder, AtomicBoolean stop, Consumer<String> log) {
        // README begins
        try (FluxEngine engine =
                FluxEngine.builder().model(model).corrector(lora, 1).build()) {
            Roles roles = Roles.of(new SceneVerifier(log)) // OpenAiVerifier.fromEnvironment(...) asks a service
                    .with(new SceneReflector(log))
                    .with(new SceneRefiner(log));
            FlowConfig config =
                    FlowConfig.builder().rounds(4).branches(2).drawing(drawing).build();
            SearchListener listener = new SearchListener() {
                @Override
                public void adviceGiven(Candidate candidate, AdviceRole role, Advice advice, boolean resumed) {
                    log.accept("image " + candidate.image() + ": " + advice.text());
                }

                @Override
                public void budgetChanged(SearchPrompt prompt, Budget spent) {
                    log.accept(spent.images() + " images, " + spent.seconds() + " s");
                }

                @Override
                public boolean isCancelled() {
                    return stop.get();
                }
            };
            SearchResult result = new ReflectionFlow(config, engine, PngCodec.of(engine), roles)
                    .run(PromptSource.of("a red circle left of a blue square"), folder, listener);
            Candidate best = result.prompts().get(0).best();
            log.accept(best.file() + " scores " + best.score().value() + ", drawn from " + best.parent());
            return result;
        }
        // README ends
    }
}
