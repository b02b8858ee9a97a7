package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Asking.Asker;
import dev.reflectionflow.feedback.Asking.Outcome;
import dev.reflectionflow.feedback.Asking.Role;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What every role owes to the way services are asked. */
class ChatServiceTest {
    static Stream<Arguments> everyFaultForEveryRole() {
        return Stream.of(Role.values())
                .flatMap(role -> Stream.of(Fault.values()).map(fault -> Arguments.of(role, fault)));
    }

    /** B1, B8: what fails is an explicit value with its cost, and its text gives nothing away. */
    @ParameterizedTest
    @MethodSource("everyFaultForEveryRole")
    void triesAgainThenMakesAValueOfTheFailureAndCountsEveryRequest(Role role, Fault fault) throws Exception {
        try (ChatStub stub = new ChatStub(fault)) {
            Outcome outcome = role.at(stub.url()).ask();
            assertThat(outcome.failed()).isTrue();
            assertThat(outcome.words())
                    .contains("the " + role.word + " service")
                    .doesNotContain(Asking.KEY)
                    .doesNotContain("\n");
            assertThat(stub.requests).hasSize(4);
            assertThat(outcome.usage()).isEqualTo(new Usage(4, 0, 0));
        }
    }

    @ParameterizedTest
    @MethodSource("everyFaultForEveryRole")
    void recoversFromOneFailureAndCountsBothRequests(Role role, Fault fault) throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            if (n == 0) {
                fault.answer(n, request, exchange);
            } else {
                ChatStub.ok(exchange, role.goodAnswer);
            }
        })) {
            Outcome outcome = role.at(stub.url()).ask();
            assertThat(outcome.failed()).as(outcome.words()).isFalse();
            assertThat(outcome.usage()).isEqualTo(new Usage(2, 100, 10));
            assertThat(stub.requests).hasSize(2);
        }
    }

    @Test
    void countsTheTokensOfAnswersThatItCannotRead() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) ->
                ChatStub.ok(exchange, n < 2 ? ChatStub.message("I like it") : ChatStub.verdict(4)))) {
            assertThat(Role.VERIFIER.at(stub.url()).ask().usage()).isEqualTo(new Usage(3, 300, 30));
        }
    }

    @Test
    void waitsAsLongAsTheServiceAsks() throws Exception {
        Instant start = Instant.now();
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            if (n == 0) {
                exchange.getResponseHeaders().add("Retry-After", "0.3");
                ChatStub.reply(exchange, 429, "");
            } else {
                ChatStub.ok(exchange, ChatStub.verdict(3));
            }
        })) {
            assertThat(Role.VERIFIER.at(stub.url()).ask().failed()).isFalse();
        }
        assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofMillis(299));
    }

    @Test
    void givesUpAtOnceWhereTheServiceAsksForAWaitPastTheDeadline() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            exchange.getResponseHeaders().add("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT");
            ChatStub.reply(exchange, 503, "");
        })) {
            Outcome outcome = Role.REFLECTOR.at(stub.url()).ask();
            assertThat(outcome.words()).contains("503", "past the deadline");
            assertThat(outcome.usage()).isEqualTo(new Usage(1, 0, 0));
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
            Asker asker = Role.VERIFIER.with(
                    Asking.settings(stub.url()).deadline(Duration.ofMillis(300)).build());
            Instant start = Instant.now();
            assertThat(asker.ask().failed()).isTrue();
            assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void triesAgainWhereAnAnswerComesTooLate() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> {
            if (n == 0) {
                Thread.sleep(10_000);
            }
            ChatStub.ok(exchange, ChatStub.verdict(3));
        })) {
            Asker asker = Role.VERIFIER.with(
                    Asking.settings(stub.url()).patience(Duration.ofMillis(500)).build());
            Outcome outcome = asker.ask();
            assertThat(outcome.failed()).as(outcome.words()).isFalse();
            assertThat(outcome.usage()).isEqualTo(new Usage(2, 100, 10));
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void endsTheRunNamingTheRoleWhereTheServiceRefusesFromTheStart(Role role) throws Exception {
        for (int status : new int[] {401, 403, 404}) {
            try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, status, Asking.KEY))) {
                Asker asker = role.at(stub.url());
                assertServiceError(asker::ask, "the " + role.word + " service at " + stub.url(), "" + status);
            }
        }
    }

    @Test
    void goesOnWhereTheServiceRefusesLater() throws Exception {
        try (ChatStub stub = new ChatStub(
                (n, request, exchange) -> ChatStub.reply(exchange, n == 0 ? 200 : 401, ChatStub.verdict(5)))) {
            Asker asker = Role.VERIFIER.at(stub.url());
            assertThat(asker.ask().failed()).isFalse();
            assertThat(asker.ask().failed()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void endsTheRunWhereNobodyListens(Role role) throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        Asker asker = role.at("http://127.0.0.1:" + port + "/v1");
        assertServiceError(asker::ask, role.word, "" + port);
        assertServiceError(asker.role()::checkReady, role.word, "" + port);
    }

    @Test
    void isReadyWhereTheServiceListsNoModels() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.reply(exchange, 200, ""))) {
            Role.VERIFIER.at(stub.url()).role().checkReady();
            assertThat(stub.requests).isEmpty();
        }
    }

    /** Servers built on uvicorn drop the body of a request that offers to change to HTTP/2. */
    @Test
    void speaksPlainHttp() throws Exception {
        try (ChatStub stub = new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, ChatStub.verdict(1)))) {
            Role.VERIFIER.at(stub.url()).ask();
            assertThat(stub.headers).isNotEmpty().noneMatch(name -> name.equalsIgnoreCase("Upgrade"));
        }
    }

    private static void assertServiceError(Runnable call, String... words) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(EngineException.class, e -> {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            assertThat(e.code()).isEqualTo(ErrorCode.SERVICE);
            assertThat(e.getMessage()).contains(words).doesNotContain("\n");
            assertThat(trace.toString()).doesNotContain(Asking.KEY);
        });
    }
}
