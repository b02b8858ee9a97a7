package dev.reflectionflow.search;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.ImageGenerator;
import dev.reflectionflow.run.RunFolder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Spends computation on better images: draws, has each image judged, asks what to change, draws again. Noise alone, noise
 * and prompts, or noise, prompts and reflections, as the roles allow. A search that was killed goes on where it was when it
 * is run again with the same values and folder, and ends with the same files.
 *
 * <pre>{@code
 * FlowConfig config = FlowConfig.builder().rounds(4).branches(2).seed(1).build();
 * Roles roles = Roles.of(verifier).with(reflector).with(refiner);
 * SearchResult result = new ReflectionFlow(config, engine, codec, roles)
 *         .run(PromptSource.of("a red circle left of a blue square"), Path.of("out"), SearchListener.NONE);
 * Path image = result.prompts().get(0).best().file();
 * }</pre>
 */
public final class ReflectionFlow {
    private final FlowConfig config;
    private final ImageGenerator generator;
    private final ImageCodec codec;
    private final Roles roles;

    /**
     * @param generator draws plain images and, where there is a reflector, those of a corrector, which are the ones with a
     *     condition
     */
    public ReflectionFlow(FlowConfig config, ImageGenerator generator, ImageCodec codec, Roles roles) {
        this.config = config;
        this.generator = generator;
        this.codec = codec;
        this.roles = roles;
    }

    /**
     * Searches for every prompt and writes the run.
     *
     * @param directory see {@link RunFolder}; made if it is not there
     * @throws EngineException {@code SERVICE} before the first image where a role cannot work at all; whatever
     *     {@link ImageGenerator#generate} and {@link RunFolder#open} throw
     */
    public SearchResult run(List<SearchPrompt> prompts, Path directory, SearchListener listener) {
        return run(prompts, values -> RunFolder.open(directory, values), listener);
    }

    SearchResult run(
            List<SearchPrompt> prompts, Function<Map<String, Object>, RunFolder> opener, SearchListener listener) {
        check(prompts);
        SharedListener shared = new SharedListener(listener);
        try (RunFolder folder = opener.apply(RunDescription.of(config, roles, generator));
                Services services = new Services(roles)) {
            roles.checkReady();
            FlowRun run = new FlowRun(config, generator, generator.modelHash(), codec, folder, shared, services);
            List<Supplier<PromptResult>> work = prompts.stream()
                    .map(prompt -> (Supplier<PromptResult>) () -> new PromptRun(run, prompt).search())
                    .toList();
            Runnable end = () -> {
                shared.end();
                services.close();
            };
            int atOnce = config.promptsAtOnce() == 0 ? roles.promptsAtOnce() : config.promptsAtOnce();
            return new SearchResult(new PromptsInFlight<>(work, end).run(atOnce));
        }
    }

    private static void check(List<SearchPrompt> prompts) {
        if (prompts.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "a search needs a prompt");
        }
        Set<Integer> rows = new HashSet<>();
        for (SearchPrompt prompt : prompts) {
            if (!rows.add(prompt.index())) {
                throw new EngineException(
                        ErrorCode.INVALID_ARGUMENT, "two prompts share row " + prompt.index() + " and its folder");
            }
        }
    }
}
