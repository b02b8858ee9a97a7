package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.reflectionflow.feedback.ChatStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the {@code search} command share. */
abstract class SearchFixture {
    static final String PROMPT = "a photo of a red circle";
    private static final ObjectMapper JSON = new ObjectMapper();

    final DrawnByRule engine = new DrawnByRule();

    @TempDir
    Path folder;

    /** Searches into {@link #output}. */
    Cli search(String... args) {
        return searchInto(output(), args);
    }

    Cli searchInto(Path output, String... args) {
        List<String> all = new ArrayList<>(List.of("search"));
        all.addAll(List.of(args));
        all.addAll(List.of("-o", output.toString()));
        return Cli.run(engine.opener(), all.toArray(String[]::new));
    }

    Path output() {
        return folder.resolve("run");
    }

    /** The run's configuration as it was resolved. */
    JsonNode config() throws IOException {
        return JSON.readTree(Files.readString(output().resolve("config.json")));
    }

    static JsonNode json(String line) throws IOException {
        return JSON.readTree(line);
    }

    /** Answers all three roles: two points, an instruction, a new prompt. */
    static ChatStub service() throws IOException {
        return new ChatStub((number, request, exchange) -> answer(request, exchange));
    }

    static void answer(JsonNode request, HttpExchange exchange) throws IOException {
        ChatStub.ok(
                exchange,
                switch (role(request)) {
                    case "verifier" -> ChatStub.verdict(2).replace("\\\"met\\\": true", "\\\"met\\\": false");
                    case "reflector" -> ChatStub.message("{\"satisfied\": false, \"instructions\": [\"Add a bow.\"]}");
                    default -> ChatStub.message("a photo of one red circle");
                });
    }

    /** Who asked: each role has system words of its own. */
    static String role(JsonNode request) {
        String format = request.path("response_format").toString();
        if (format.contains("overall_score")) {
            return "verifier";
        }
        return format.contains("instructions") ? "reflector" : "refiner";
    }
}
