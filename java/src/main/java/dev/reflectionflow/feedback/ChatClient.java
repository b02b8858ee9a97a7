package dev.reflectionflow.feedback;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Posts to an OpenAI-compatible service with retries, a deadline and a limit on requests at once.
 */
final class ChatClient {
    private static final Duration PATIENCE_FOR_A_GREETING = Duration.ofSeconds(10);

    private static final double JITTER = 0.25;

    private final ServiceSettings settings;
    private final Transport transport;
    private final Semaphore slots;
    private volatile boolean answeredOnce;

    /**
     * @param key null or empty sends none, as local servers like it
     */
    ChatClient(ServiceSettings settings, String key) {
        this.settings = settings;
        transport = new Transport(settings.baseUrl(), key);
        slots = new Semaphore(settings.concurrency(), true);
    }

    /** Turns the body of an answer into a value, or complains. */
    interface Reader<T> {
        T read(String body) throws IOException;
    }

    /** Asks for something cheap, and throws where no request can succeed. */
    void checkReady() {
        try {
            int status =
                    transport.get("/models", PATIENCE_FOR_A_GREETING.toNanos()).statusCode();
            // some servers list no models; only a refusal of our key is telling here
            if (status == 401 || status == 403) {
                throw unusable("it answers " + status + keyHint(), null);
            }
        } catch (ConnectException | UnresolvedAddressException e) {
            throw unusable("cannot connect", e);
        } catch (IOException e) {
            // a slow or odd answer to this question says nothing about the next one
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /**
     * Posts a body until its answer can be read.
     *
     * @throws ServiceFailure where that did not succeed in time
     * @throws EngineException {@code SERVICE} where the service proves unusable on first contact
     */
    <T> T post(String path, String body, Reader<T> reader) throws ServiceFailure {
        long end = System.nanoTime() + settings.deadline().toNanos();
        try {
            slots.acquire();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        try {
            return Failsafe.with(retries()).get(() -> attempt(path, body, reader, end));
        } catch (FailsafeException e) {
            if (e.getCause() instanceof ServiceFailure failure) {
                throw failure;
            }
            if (e.getCause() instanceof InterruptedException interruption) {
                throw interrupted(interruption);
            }
            throw e;
        } finally {
            slots.release();
        }
    }

    private <T> RetryPolicy<T> retries() {
        Duration none = Duration.ofNanos(-1);
        Duration first = settings.firstDelay().isZero() ? Duration.ofNanos(1) : settings.firstDelay();
        return RetryPolicy.<T>builder()
                .handleIf(e -> e instanceof ServiceFailure failure && failure.worthRetrying())
                .withMaxAttempts(settings.attempts())
                .withMaxDuration(settings.deadline())
                .withBackoff(first, first.multipliedBy(32))
                .withJitter(JITTER)
                .withDelayFn(context -> context.getLastException() instanceof ServiceFailure failure
                        ? failure.retryAfter().map(ChatClient::atLeast).orElse(none)
                        : none)
                .build();
    }

    /** A wait that jitter cannot bring below the one asked for. */
    private static Duration atLeast(Duration asked) {
        return Duration.ofNanos((long) (asked.toNanos() / (1 - JITTER)) + 1);
    }

    private <T> T attempt(String path, String body, Reader<T> reader, long end)
            throws ServiceFailure, InterruptedException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw ServiceFailure.lasting(
                    "no answer within " + settings.deadline().toMillis() + " ms");
        }
        HttpResponse<String> response;
        try {
            response = transport.post(path, body, left);
        } catch (ConnectException | UnresolvedAddressException e) {
            if (!answeredOnce) {
                throw unusable("cannot connect", e);
            }
            throw ServiceFailure.passing("cannot connect", Optional.empty());
        } catch (IOException e) {
            throw ServiceFailure.passing(Transport.kind(e), Optional.empty());
        }
        return read(response, reader);
    }

    private <T> T read(HttpResponse<String> response, Reader<T> reader) throws ServiceFailure {
        int status = response.statusCode();
        if (!answeredOnce && (status == 401 || status == 403 || status == 404)) {
            throw unusable("it answers " + status + (status == 404 ? "" : keyHint()), null);
        }
        if (status == 408 || status == 409 || status == 429 || status >= 500) {
            throw ServiceFailure.passing("it answers " + status, RetryAfter.of(response.headers()));
        }
        if (status != 200) {
            throw ServiceFailure.lasting("it answers " + status);
        }
        answeredOnce = true;
        try {
            return reader.read(response.body());
        } catch (IOException e) {
            throw ServiceFailure.passing("its answer cannot be read: " + Transport.kind(e), Optional.empty());
        }
    }

    private EngineException unusable(String why, Throwable cause) {
        return new EngineException(
                ErrorCode.SERVICE, "the verifier service at " + settings.baseUrl() + " cannot be used: " + why, cause);
    }

    private String keyHint() {
        return !transport.hasKey() ? "; OPENAI_API_KEY is not set" : "; it does not accept the key in OPENAI_API_KEY";
    }

    private static EngineException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EngineException(ErrorCode.CANCELLED, "interrupted while waiting for the verifier service", e);
    }
}
