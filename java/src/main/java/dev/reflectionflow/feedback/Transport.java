package dev.reflectionflow.feedback;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One HTTP exchange at a time limit. The key goes into the request's header and nowhere else. */
final class Transport {
    private final URI baseUrl;
    private final String key;
    // with an offer to change to HTTP/2 some Python servers lose the body of a request
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /**
     * @param keyVariable where the key came from, for messages
     */
    Transport(URI baseUrl, String key, String keyVariable) {
        this.baseUrl = baseUrl;
        this.key = key == null ? "" : key.strip();
        if (this.key.chars().anyMatch(c -> c < 0x21 || c > 0x7e)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT, keyVariable + " holds characters that no key can have");
        }
    }

    boolean hasKey() {
        return !key.isEmpty();
    }

    HttpResponse<String> get(String path, long nanos) throws IOException, InterruptedException {
        return await(request(path).GET().build(), nanos);
    }

    HttpResponse<String> post(String path, String json, long nanos) throws IOException, InterruptedException {
        return await(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                nanos);
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(baseUrl + path));
        return key.isEmpty() ? builder : builder.header("Authorization", "Bearer " + key);
    }

    /** Waits for the whole answer; a request's own time-out would end with the headers. */
    private HttpResponse<String> await(HttpRequest request, long nanos) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new HttpTimeoutException("no whole answer");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            throw new IOException(e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    /** Words for a fault on the wire; texts of strangers stay out, since a server may echo what it was sent. */
    static String kind(IOException e) {
        if (e instanceof HttpTimeoutException) {
            return "time-out";
        }
        return e instanceof UnreadableAnswer ? e.getMessage() : "broken connection";
    }
}
