package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenAiVerifierTest {
    private static final String KEY = "sk-secret-0123456789";
    private static final RgbImage IMAGE = new RgbImage(1, 1, ByteBuffer.allocate(3));

    private static OpenAiVerifier verifier(String url) {
        return verifier(url, Duration.ofSeconds(20));
    }

    private static OpenAiVerifier verifier(String url, Duration deadline) {
        ServiceSettings settings =
                new ServiceSettings(URI.create(url), "judge-1", 4, Duration.ofMillis(5), deadline, 3, 7);
        return new OpenAiVerifier(settings, KEY);
    }

    private static Score judge(ChatStub.Behaviour behaviour) throws Exception {
        try (ChatStub stub = new ChatStub(behaviour)) {
            return verifier(stub.url()).judge(IMAGE, "a red circle", Map.of());
        }
    }

    @Test
    void asksForOneNumberWithTheImageAsPngAndReadsTheAnswer() throws Exception {
        try (ChatStub stub =
                new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, 200, ChatStub.verdict(7.5)))) {
            Score score = verifier(stub.url() + "/").judge(IMAGE, "a red circle", Map.of("tag", "colors"));
            assertThat(score).isEqualTo(Score.scored(7.5, Map.of(), "because"));
            JsonNode request = stub.requests.get(0);
            assertThat(request.path("model").asText()).isEqualTo("judge-1");
            assertThat(request.path("temperature").asInt(-1)).isZero();
            assertThat(request.path("seed").asInt()).isEqualTo(7);
            assertThat(request.at("/response_format/json_schema/strict").asBoolean())
                    .isTrue();
            assertThat(request.at("/messages/1/content/0/text").asText()).contains("a red circle");
            assertThat(request.at("/messages/1/content/1/image_url/url").asText())
                    .isEqualTo("data:image/png;base64,"
                            + Base64.getEncoder().encodeToString(PngWriter.toBytes(IMAGE, Map.of())));
            assertThat(request.toString()).doesNotContain("colors").doesNotContain(KEY);
            assertThat(stub.keys).containsExactly("Bearer " + KEY);
        }
    }

    @Test
    void sendsNoKeyWhereThereIsNone() throws Exception {
        try (ChatStub stub =
                new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, 200, ChatStub.verdict(1)))) {
            ServiceSettings settings = ServiceSettings.of(stub.url(), "judge-1");
            new OpenAiVerifier(settings, "").judge(IMAGE, "p", Map.of());
            assertThat(stub.keys).containsExactly("null");
        }
    }

    @Test
    void triesAgainAfterAsLongAsTheServiceAsks() throws Exception {
        Instant start = Instant.now();
        Score score = judge((n, request, exchange) -> {
            if (n == 0) {
                exchange.getResponseHeaders().add("Retry-After", "1");
                ChatStub.reply(exchange, 429, "slow down");
            } else {
                ChatStub.reply(exchange, 200, ChatStub.verdict(3));
            }
        });
        assertThat(score.value()).isEqualTo(3);
        assertThat(Duration.between(start, Instant.now())).isBetween(Duration.ofMillis(950), Duration.ofSeconds(10));
    }

    @Test
    void triesAgainWhereTheAnswerCannotBeRead() throws Exception {
        String[] answers = {
            "<html>",
            ChatStub.message("I like it"),
            ChatStub.verdict(11),
            ChatStub.message("```json\n{\"score\": 4}\n```")
        };
        Score score = judge((n, request, exchange) -> ChatStub.reply(exchange, 200, answers[n]));
        assertThat(score.value()).isEqualTo(4);
    }

    @Test
    void triesAgainAfterHalfABody() throws Exception {
        Score score = judge((n, request, exchange) -> {
            String body = ChatStub.verdict(6);
            if (n == 0) {
                exchange.sendResponseHeaders(200, body.length());
                exchange.getResponseBody()
                        .write(body.substring(0, body.length() / 2).getBytes(StandardCharsets.UTF_8));
            } else {
                ChatStub.reply(exchange, 200, body);
            }
        });
        assertThat(score.value()).isEqualTo(6);
    }

    @Test
    void leavesACandidateUnscoredWhereTheServiceKeepsFailing() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, 500, "oops " + KEY))) {
            Score score = verifier(stub.url()).judge(IMAGE, "p", Map.of());
            assertThat(score.status()).isEqualTo(Score.Status.UNSCORED);
            assertThat(score.explanation()).contains("500").doesNotContain(KEY);
            assertThat(stub.requests).hasSize(4);
        }
    }

    @Test
    void givesUpAtTheDeadlineEvenInTheMiddleOfABody() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            Thread.sleep(10_000);
        })) {
            Instant start = Instant.now();
            Score score = verifier(stub.url(), Duration.ofMillis(300)).judge(IMAGE, "p", Map.of());
            assertThat(score.isFailure()).isTrue();
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void joinsAnswersThatComeInTheWrongOrderToTheirImages() throws Exception {
        ChatStub.Behaviour lateForSmallNumbers = (n, request, exchange) -> {
            int score = Integer.parseInt(
                    request.at("/messages/1/content/0/text").asText().replaceAll("\\D", ""));
            Thread.sleep(20L * (8 - score));
            ChatStub.reply(exchange, 200, ChatStub.verdict(score));
        };
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (ChatStub stub = new ChatStub(lateForSmallNumbers)) {
            OpenAiVerifier verifier = verifier(stub.url());
            List<CompletableFuture<Score>> scores = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String prompt = "scene " + i;
                scores.add(CompletableFuture.supplyAsync(() -> verifier.judge(IMAGE, prompt, Map.of()), threads));
            }
            for (int i = 0; i < 8; i++) {
                assertThat(scores.get(i).get().value()).isEqualTo(i);
            }
            assertThat(stub.mostAtOnce.get()).isBetween(2, 3);
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 403, 404})
    void endsTheRunWhereTheServiceRefusesFromTheStart(int status) throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, status, KEY))) {
            assertServiceError(() -> verifier(stub.url()).judge(IMAGE, "p", Map.of()), String.valueOf(status));
        }
    }

    @Test
    void goesOnWhereTheServiceRefusesLater() throws Exception {
        try (ChatStub stub = new ChatStub(
                (n, request, exchange) -> ChatStub.reply(exchange, n == 0 ? 200 : 401, ChatStub.verdict(5)))) {
            OpenAiVerifier verifier = verifier(stub.url());
            assertThat(verifier.judge(IMAGE, "p", Map.of()).isScored()).isTrue();
            assertThat(verifier.judge(IMAGE, "p", Map.of()).isFailure()).isTrue();
        }
    }

    @Test
    void endsTheRunWhereNobodyListens() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port + "/v1";
        assertServiceError(() -> verifier(url).judge(IMAGE, "p", Map.of()), url);
        assertServiceError(() -> verifier(url).checkReady(), url);
    }

    @Test
    void isReadyWhereTheServiceListsNoModels() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, 200, ""))) {
            verifier(stub.url()).checkReady();
            assertThat(stub.requests).isEmpty();
        }
    }

    @Test
    void keepsSecretsOutOfSettingsAndDescriptions() {
        assertThatThrownBy(() -> ServiceSettings.of("http://user:" + KEY + "@host/v1", "m"))
                .isInstanceOf(EngineException.class)
                .message()
                .doesNotContain(KEY);
        assertThatThrownBy(() -> verifier("ftp://host/v1")).hasMessageContaining("ftp://host/v1");
        OpenAiVerifier verifier = verifier("http://host/v1");
        assertThat(verifier.description().toString()).contains("judge-1").doesNotContain(KEY);
    }

    @Test
    void understandsBothKindsOfRetryAfter() {
        Instant now = Instant.parse("2024-01-01T00:00:00Z");
        assertThat(RetryAfter.parse("2.5", now)).contains(Duration.ofMillis(2500));
        assertThat(RetryAfter.parse("Mon, 1 Jan 2024 00:00:30 GMT", now)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Mon, 1 Jan 2023 00:00:30 GMT", now)).isEmpty();
        assertThat(RetryAfter.parse("soon", now)).isEmpty();
    }

    private static void assertServiceError(Runnable call, String words) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(EngineException.class, e -> {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            assertThat(e.code()).isEqualTo(ErrorCode.SERVICE);
            assertThat(e.getMessage()).contains(words).doesNotContain("\n");
            assertThat(trace.toString()).doesNotContain(KEY);
        });
    }
}
