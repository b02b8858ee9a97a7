package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How to reach an OpenAI-compatible chat service, and how to ask it. Holds no secret.
 *
 * @param baseUrl up to and with the version, such as {@code https://api.openai.com/v1}; a slash at the end is dropped
 * @param model as the service names it
 * @param attempts of one question in all, 1 or more
 * @param firstDelay before the second attempt; doubles from there, with jitter
 * @param patience with one attempt, until its whole answer is there
 * @param deadline of one question with all its attempts, from when a request of its own may be sent
 * @param concurrency requests at once
 * @param seed sent along, so that services that can will answer alike
 * @param temperature 0 to 2; 0 for answers that repeat
 * @param detail how closely to look
 * @param encoding of the pictures
 * @param structured whether to ask for structured output where an answer has a form; without it the words alone must do
 * @param keyVariable name of the environment variable that holds the key
 */
public record ServiceSettings(
        URI baseUrl,
        String model,
        int attempts,
        Duration firstDelay,
        Duration patience,
        Duration deadline,
        int concurrency,
        long seed,
        double temperature,
        ImageDetail detail,
        ImageEncoding encoding,
        boolean structured,
        String keyVariable) {
    /** Where a key comes from unless another variable is named. */
    public static final String KEY_VARIABLE = "OPENAI_API_KEY";

    private static final double HOTTEST = 2;
    private static final int LAST_PORT = 65535;

    public ServiceSettings {
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(encoding, "encoding");
        Objects.requireNonNull(keyVariable, "keyVariable");
        String scheme = baseUrl.getScheme();
        boolean http = "http".equals(scheme) || "https".equals(scheme);
        check(
                http && baseUrl.getHost() != null,
                "a service's address must be an http(s) URL, not " + redacted(baseUrl));
        check(
                baseUrl.getUserInfo() == null,
                "keep secrets out of a service's address; the key comes from " + keyVariable);
        check(
                baseUrl.getRawQuery() == null && baseUrl.getRawFragment() == null,
                "a service's address ends with its path, no query or fragment; the key comes from " + keyVariable);
        check(
                baseUrl.getPort() <= LAST_PORT,
                "a service's address has a port up to " + LAST_PORT + ", not " + baseUrl.getPort());
        check(model != null && !model.isBlank(), "the service at " + baseUrl + " needs a model name");
        check(
                attempts >= 1 && concurrency >= 1,
                "a service needs at least one attempt and one request at once, not " + attempts + " and "
                        + concurrency);
        check(
                patience.compareTo(Duration.ZERO) > 0 && deadline.compareTo(Duration.ZERO) > 0,
                "a service needs patience and a deadline, not " + patience + " and " + deadline);
        check(!firstDelay.isNegative(), "a service's first delay must not be negative, not " + firstDelay);
        check(
                temperature >= 0 && temperature <= HOTTEST,
                "a service's temperature must lie in 0 to 2, not " + temperature);
        baseUrl = URI.create(baseUrl.toString().replaceAll("/+$", ""));
    }

    /** The usual: 5 attempts of a minute each within 3 minutes, 4 requests at once, temperature 0, seed 0, PNG, structured output. */
    public static ServiceSettings of(String baseUrl, String model) {
        return builder(baseUrl, model).build();
    }

    /** The usual, to be changed. */
    public static ServiceSettingsBuilder builder(String baseUrl, String model) {
        return new ServiceSettingsBuilder(baseUrl, model);
    }

    /** The key from the environment; null where it is not set. */
    String key() {
        return System.getenv(keyVariable);
    }

    /** What answers depend on, as written to a run's configuration. */
    Map<String, Object> description(String name) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("name", name);
        description.put("url", baseUrl.toString());
        description.put("model", model);
        description.put("seed", seed);
        description.put("temperature", temperature);
        description.put("detail", detail.word());
        description.put("encoding", encoding.mediaType());
        description.put("structured", structured);
        return description;
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, otherwise);
        }
    }

    private static String redacted(URI uri) {
        return uri.getUserInfo() == null ? uri.toString() : uri.getScheme() + "://...";
    }
}
