package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.net.URI;
import java.time.Duration;

/**
 * How to reach an OpenAI-compatible chat service. Holds no secret.
 *
 * @param baseUrl up to and with the version, such as {@code https://api.openai.com/v1}; a slash at the end is dropped
 * @param model as the service names it
 * @param attempts of one judgement in all, 1 or more
 * @param firstDelay before the second attempt; doubles from there, with jitter
 * @param deadline of one judgement with all its attempts
 * @param concurrency requests at once
 * @param seed sent along, so that services that can will answer alike
 */
public record ServiceSettings(
        URI baseUrl, String model, int attempts, Duration firstDelay, Duration deadline, int concurrency, long seed) {

    public ServiceSettings {
        String scheme = baseUrl.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || baseUrl.getHost() == null) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the verifier's address must be an http(s) URL, not " + redacted(baseUrl));
        }
        if (baseUrl.getUserInfo() != null) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "keep secrets out of the verifier's address; the key comes from OPENAI_API_KEY");
        }
        if (model == null || model.isBlank()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "a verifier service needs a model name");
        }
        if (attempts < 1 || concurrency < 1 || deadline.isNegative() || deadline.isZero() || firstDelay.isNegative()) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "a verifier needs at least one attempt, one request at once and a deadline");
        }
        baseUrl = URI.create(baseUrl.toString().replaceAll("/+$", ""));
    }

    /** The usual patience: 5 attempts within 2 minutes, 4 requests at once. */
    public static ServiceSettings of(String baseUrl, String model) {
        try {
            return new ServiceSettings(
                    URI.create(baseUrl), model, 5, Duration.ofSeconds(1), Duration.ofMinutes(2), 4, 0);
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, "the verifier's address is not a URL: " + e.getMessage());
        }
    }

    private static String redacted(URI uri) {
        return uri.getUserInfo() == null ? uri.toString() : uri.getScheme() + "://...";
    }
}
