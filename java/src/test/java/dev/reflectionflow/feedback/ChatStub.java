package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A chat service on this machine whose answers a test writes. */
public final class ChatStub implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    public final List<JsonNode> requests = new CopyOnWriteArrayList<>();
    final List<String> keys = new CopyOnWriteArrayList<>();
    final List<String> headers = new CopyOnWriteArrayList<>();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** What the service does with the n-th request, from 0. */
    public interface Behaviour {
        void answer(int number, JsonNode request, HttpExchange exchange) throws Exception;
    }

    public ChatStub(Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        AtomicInteger number = new AtomicInteger();
        server.createContext("/v1/chat/completions", exchange -> {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            try (exchange) {
                JsonNode request = JSON.readTree(exchange.getRequestBody());
                requests.add(request);
                keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
                headers.addAll(exchange.getRequestHeaders().keySet());
                behaviour.answer(number.getAndIncrement(), request, exchange);
            } catch (Exception e) {
                throw new IOException(e);
            } finally {
                atOnce.decrementAndGet();
            }
        });
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
    }

    public static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static void ok(HttpExchange exchange, String body) throws IOException {
        reply(exchange, 200, body);
    }

    /** Promises a whole body and ends in the middle of it. */
    static void replyHalf(HttpExchange exchange, String body) throws IOException {
        exchange.sendResponseHeaders(200, body.length());
        exchange.getResponseBody().write(body.substring(0, body.length() / 2).getBytes(StandardCharsets.UTF_8));
    }

    /** A well-formed answer whose message is {@code content}; it cost 100 tokens to read and 10 to write. */
    public static String message(String content) {
        return answer(content).toString();
    }

    static ObjectNode answer(String content) {
        ObjectNode answer = JSON.createObjectNode();
        answer.putArray("choices")
                .addObject()
                .putObject("message")
                .put("role", "assistant")
                .put("content", content);
        answer.putObject("usage").put("prompt_tokens", 100).put("completion_tokens", 10);
        return answer;
    }

    public static String verdict(double score) {
        return message("{\"checklist\": [{\"requirement\": \"a circle\", \"met\": true}], "
                + "\"overall_score\": {\"explanation\": \"because\", \"score\": " + score + "}}");
    }

    /** Text of the user's message, without its pictures. */
    public static String question(JsonNode request) {
        return StreamSupport.stream(request.at("/messages").spliterator(), false)
                .filter(message -> message.path("role").asText().equals("user"))
                .flatMap(message -> StreamSupport.stream(message.path("content").spliterator(), false))
                .map(part -> part.path("text").asText())
                .collect(Collectors.joining());
    }

    /** The one picture of a request, as its data URL. */
    public static String picture(JsonNode request) {
        return request.findPath("image_url").path("url").asText();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
