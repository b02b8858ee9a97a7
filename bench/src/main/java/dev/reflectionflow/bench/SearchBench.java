package dev.reflectionflow.bench;

import com.sun.net.httpserver.HttpServer;
import dev.reflectionflow.engine.FluxEngine;
import dev.reflectionflow.feedback.SceneVerifier;
import dev.reflectionflow.feedback.ServiceSettings;
import dev.reflectionflow.feedback.Verifier;
import dev.reflectionflow.feedback.YesNoVerifier;
import dev.reflectionflow.search.FlowConfig;
import dev.reflectionflow.search.PngCodec;
import dev.reflectionflow.search.PromptSource;
import dev.reflectionflow.search.ReflectionFlow;
import dev.reflectionflow.search.Roles;
import dev.reflectionflow.search.SearchListener;
import dev.reflectionflow.search.SearchPrompt;
import dev.reflectionflow.search.SearchResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * What a search costs beside drawing and judging, and whether the engine waits for a slow judge. Arguments: the file of
 * prompts, how many of them, and the milliseconds that the service of the second measurement takes for each answer.
 */
public final class SearchBench {
    private static final String ANSWER = """
            {"choices": [{"message": {"role": "assistant", "content": "yes"}, "logprobs": {"content": [{"token": "yes",
            "logprob": -0.1, "top_logprobs": [{"token": "yes", "logprob": -0.1}, {"token": "no", "logprob": -2.4}]}]}}]}
            """;

    private final FluxEngine engine;
    private final List<SearchPrompt> prompts;

    private SearchBench(FluxEngine engine, List<SearchPrompt> prompts) {
        this.engine = engine;
        this.prompts = prompts;
    }

    public static void main(String[] arguments) throws IOException {
        List<SearchPrompt> prompts =
                PromptSource.slice(PromptSource.read(Path.of(arguments[0])), 0, Integer.parseInt(arguments[1]));
        int delay = Integer.parseInt(arguments[2]);
        HttpServer service = slowService(delay);
        try (FluxEngine engine = FluxEngine.builder().build()) {
            SearchBench bench = new SearchBench(engine, prompts);
            Verifier scene = new SceneVerifier(warning -> {});
            bench.run(scene, 1);
            bench.print("offline verifier, one prompt at a time", bench.run(scene, 1));
            bench.print("offline verifier, two prompts in flight", bench.run(scene, 2));
            ServiceSettings settings = ServiceSettings.of(
                    "http://127.0.0.1:" + service.getAddress().getPort() + "/v1", "slow");
            Verifier slow = new YesNoVerifier(settings, "", warning -> {});
            bench.print("a service that takes " + delay + " ms, one prompt at a time", bench.run(slow, 1));
            bench.print("the same, four prompts in flight", bench.run(slow, 4));
        } finally {
            service.stop(0);
        }
    }

    /** Wall clock of a search, and what of it the engine and, summed over all that it did at once, the verifier took. */
    private record Spent(int images, double wallMs, double engineMs, double verifierMs) {}

    private Spent run(Verifier verifier, int promptsAtOnce) throws IOException {
        Path folder = Files.createTempDirectory("search-bench");
        FlowConfig config = FlowConfig.builder()
                .rounds(2)
                .branches(4)
                .promptsAtOnce(promptsAtOnce)
                .build();
        BusyGenerator busy = new BusyGenerator(engine);
        long start = System.nanoTime();
        SearchResult result = new ReflectionFlow(config, busy, PngCodec.of(engine), Roles.of(verifier))
                .run(prompts, folder, SearchListener.NONE);
        double wallMs = (System.nanoTime() - start) / 1e6;
        delete(folder);
        double allMs = 1000 * result.budget().seconds();
        return new Spent((int) result.budget().images(), wallMs, busy.milliseconds(), allMs - busy.milliseconds());
    }

    /** What the engine did not do beside all else is what the search and its verifier cost. */
    private void print(String what, Spent spent) {
        System.out.printf(
                Locale.ROOT,
                "%s: %d images, %.0f ms of wall clock, engine busy %.1f %%, verifier %.1f ms an image, engine idle"
                        + " %.2f ms an image%n",
                what,
                spent.images,
                spent.wallMs,
                100 * spent.engineMs / spent.wallMs,
                spent.verifierMs / spent.images,
                (spent.wallMs - spent.engineMs) / spent.images);
    }

    private static HttpServer slowService(int milliseconds) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", exchange -> {
            try (exchange) {
                exchange.getRequestBody().readAllBytes();
                Thread.sleep(milliseconds);
                byte[] answer = ANSWER.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
        return server;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
