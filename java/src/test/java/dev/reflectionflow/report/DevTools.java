package dev.reflectionflow.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Calls and events of a browser's page, by the DevTools protocol. */
final class DevTools {
    static final int SECONDS = 60;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> loaded = new CompletableFuture<>();
    private final WebSocket socket;
    private int calls;

    DevTools(HttpClient http, URI page) throws Exception {
        socket = http.newWebSocketBuilder().buildAsync(page, new Listener()).get(SECONDS, TimeUnit.SECONDS);
    }

    /** The result of a method of the protocol. */
    JsonNode call(String method, Map<String, ?> parameters) throws Exception {
        int id = ++calls;
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        socket.sendText(JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters)), true)
                .get(SECONDS, TimeUnit.SECONDS);
        return answer.get(SECONDS, TimeUnit.SECONDS).path("result");
    }

    /** Calls a method that may end the browser before it answers. */
    void tell(String method) {
        CompletableFuture<WebSocket> unused = socket.sendText("{\"id\":0,\"method\":\"" + method + "\"}", true);
    }

    /** Waits until a page is loaded with all that is in it. */
    void awaitLoaded() throws Exception {
        loaded.get(SECONDS, TimeUnit.SECONDS);
    }

    /** What the browser has told of itself so far. */
    List<JsonNode> events() {
        return events;
    }

    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                take(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        private void take(String text) {
            try {
                JsonNode node = JSON.readTree(text);
                if (node.has("id")) {
                    Optional.ofNullable(answers.remove(node.get("id").asInt())).ifPresent(call -> call.complete(node));
                    return;
                }
                events.add(node);
                if (node.path("method").asText().equals("Page.loadEventFired")) {
                    loaded.complete(null);
                }
            } catch (IOException e) {
                loaded.completeExceptionally(e);
            }
        }
    }
}
