package dev.reflectionflow.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Asking.Role;
import dev.reflectionflow.image.PngWriter;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ServiceSettingsTest {
    private static JsonNode request(Role role, ServiceSettingsBuilder settings, ChatStub stub) {
        assertThat(role.with(settings.build()).ask().failed()).isFalse();
        return stub.requests.get(stub.requests.size() - 1);
    }

    private static ChatStub good(Role role) throws Exception {
        return new ChatStub((n, request, exchange) -> ChatStub.ok(exchange, role.goodAnswer));
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void allReachTheService(Role role) throws Exception {
        try (ChatStub stub = good(role)) {
            JsonNode usual = request(role, Asking.settings(stub.url() + "/"), stub);
            assertThat(usual.path("model").asText()).isEqualTo("judge-1");
            assertThat(usual.path("temperature").asDouble(-1)).isZero();
            assertThat(usual.path("seed").asInt()).isEqualTo(7);
            assertThat(usual.findPath("detail").isMissingNode()).isTrue();
            JsonNode changed =
                    request(role, Asking.settings(stub.url()).temperature(0.5).detail(ImageDetail.HIGH), stub);
            assertThat(changed.path("temperature").asDouble()).isEqualTo(0.5);
            assertThat(changed.findPath("detail").asText()).isEqualTo("high");
            assertThat(stub.keys).containsOnly("Bearer " + Asking.KEY);
            assertThat(stub.requests.toString()).doesNotContain(Asking.KEY);
        }
    }

    /** B11, B17: the picture itself is sent, and called what it is; the published code calls PNG bytes a JPEG. */
    @ParameterizedTest
    @EnumSource(Role.class)
    void picturesTravelUnderTheirTrueMediaType(Role role) throws Exception {
        try (ChatStub stub = good(role)) {
            String png = ChatStub.picture(request(role, Asking.settings(stub.url()), stub));
            assertThat(png)
                    .isEqualTo("data:image/png;base64,"
                            + Base64.getEncoder().encodeToString(PngWriter.toBytes(Asking.IMAGE, Map.of())));
            String jpeg =
                    ChatStub.picture(request(role, Asking.settings(stub.url()).encoding(ImageEncoding.JPEG), stub));
            assertThat(jpeg).startsWith("data:image/jpeg;base64,");
            byte[] bytes = Base64.getDecoder().decode(jpeg.substring(jpeg.indexOf(',') + 1));
            assertThat(bytes).startsWith(0xff, 0xd8, 0xff);
            int pixel = ImageIO.read(new ByteArrayInputStream(bytes)).getRGB(0, 0);
            assertThat(new int[] {pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff})
                    .satisfies(rgb -> {
                        for (int channel : rgb) {
                            assertThat(channel).isLessThan(10);
                        }
                    });
        }
    }

    @Test
    void askForStructuredOutputUnlessToldNotTo() throws Exception {
        try (ChatStub stub = good(Role.REFLECTOR)) {
            JsonNode asked = request(Role.REFLECTOR, Asking.settings(stub.url()), stub);
            assertThat(asked.at("/response_format/type").asText()).isEqualTo("json_schema");
            assertThat(asked.at("/response_format/json_schema/strict").asBoolean())
                    .isTrue();
            JsonNode not = request(Role.REFLECTOR, Asking.settings(stub.url()).structured(false), stub);
            assertThat(not.has("response_format")).isFalse();
        }
    }

    @Test
    void sendNoKeyWhereThereIsNone() throws Exception {
        try (ChatStub stub = good(Role.VERIFIER)) {
            new OpenAiVerifier(ServiceSettings.of(stub.url(), "m"), "").judge(Asking.IMAGE, "p", Map.of());
            assertThat(stub.keys).containsExactly("null");
        }
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void descriptionsTellWhatAnswersDependOnButNoSecret(Role role) {
        Map<String, Object> description = role.at("http://host/v1").role().description();
        assertThat(description)
                .containsEntry("model", "judge-1")
                .containsEntry("url", "http://host/v1")
                .containsEntry("encoding", "image/png");
        assertThat(description.toString()).doesNotContain(Asking.KEY);
    }

    @Test
    void keepSecretsOutOfMessages() {
        for (String url :
                new String[] {"http://user:" + Asking.KEY + "@host/v1", "http://u:" + Asking.KEY + "@ho st"}) {
            assertThatThrownBy(() -> ServiceSettings.of(url, "m"))
                    .isInstanceOf(EngineException.class)
                    .message()
                    .doesNotContain(Asking.KEY);
        }
        ServiceSettings settings =
                Asking.settings("http://host/v1").keyVariable("MY_KEY").build();
        assertThatThrownBy(() -> new OpenAiVerifier(settings, Asking.KEY + "\u00e9"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("MY_KEY")
                .message()
                .doesNotContain(Asking.KEY);
    }

    @Test
    void refuseValuesThatCannotBe() {
        ServiceSettingsBuilder usual = Asking.settings("http://host/v1");
        refused("ftp://host/v1", () -> ServiceSettings.of("ftp://host/v1", "m"));
        refused("not a url", () -> ServiceSettings.of("not a url", "m"));
        // a query would stand before the path of a request, and a key in it in the run's configuration
        refused("no query", () -> ServiceSettings.of("http://host/v1?key=secret", "m"));
        refused("no query", () -> ServiceSettings.of("http://host/v1#part", "m"));
        refused("65536", () -> ServiceSettings.of("http://host:65536/v1", "m"));
        refused("model", () -> ServiceSettings.of("http://host/v1", " "));
        refused("2.5", () -> usual.temperature(2.5).build());
        refused("0 and 3", () -> usual.temperature(0).attempts(0).build());
        refused(
                "PT-1S",
                () -> usual.attempts(1).firstDelay(Duration.ofSeconds(-1)).build());
        usual.firstDelay(Duration.ZERO);
        refused("PT0S", () -> usual.attempts(1).deadline(Duration.ZERO).build());
    }

    private static void refused(String value, Runnable making) {
        assertThatThrownBy(making::run).isInstanceOfSatisfying(EngineException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(e.getMessage()).contains(value).doesNotContain("\n");
        });
    }

    @Test
    void understandBothKindsOfRetryAfter() {
        Instant now = Instant.parse("2024-01-01T00:00:00Z");
        assertThat(RetryAfter.parse("2.5", now)).contains(Duration.ofMillis(2500));
        assertThat(RetryAfter.parse("Mon, 1 Jan 2024 00:00:30 GMT", now)).contains(Duration.ofSeconds(30));
        assertThat(RetryAfter.parse("Sun, 1 Jan 2023 00:00:30 GMT", now)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("Mon, 1 Jan 2023 00:00:30 GMT", now)).isEmpty();
        assertThat(RetryAfter.parse("soon", now)).isEmpty();
    }
}
