package dev.reflectionflow.feedback;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/** Asks an OpenAI-compatible service with retries, a deadline and a limit on requests at once, and counts the cost. */
final class ChatClient {
    private static final Duration PATIENCE_FOR_A_GREETING = Duration.ofSeconds(10);

    private final String service;
    final ServiceSettings settings;
    final Transport transport;
    private final Semaphore slots;
    volatile boolean answeredOnce;

    /**
     * @param service in messages, such as {@code "the verifier service"}
     * @param key null or empty sends none, as local servers like it
     */
    ChatClient(String service, ServiceSettings settings, String key) {
        this.service = service;
        this.settings = settings;
        transport = new Transport(settings.baseUrl(), key, settings.keyVariable());
        slots = new Semaphore(settings.concurrency(), true);
    }

    /** Turns an answer into a value, or complains. */
    interface Reader<T> {
        T read(ChatAnswer answer) throws IOException;
    }

    /** What came of a question, and its cost with all attempts. */
    record Reply<T>(T value, Usage usage) {}

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
     * Asks until the answer can be read.
     *
     * @throws ServiceFailure where that did not succeed in time; says what it cost
     * @throws EngineException {@code SERVICE} where the service proves unusable on first contact
     */
    <T> Reply<T> ask(ChatRequest request, Reader<T> reader) throws ServiceFailure {
        String body = request.body();
        try {
            slots.acquire();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        ChatQuestion<T> question = new ChatQuestion<>(this, body, reader);
        try {
            T value = Failsafe.with(Retries.<T>policy(settings)).get(question::attempt);
            return new Reply<>(value, question.usage());
        } catch (FailsafeException e) {
            if (e.getCause() instanceof ServiceFailure failure) {
                throw failure.costing(question.usage());
            }
            if (e.getCause() instanceof InterruptedException interruption) {
                throw interrupted(interruption);
            }
            throw e;
        } finally {
            slots.release();
        }
    }

    /** The end of everything that needs this service. */
    EngineException unusable(String why, Throwable cause) {
        return new EngineException(
                ErrorCode.SERVICE, service + " at " + settings.baseUrl() + " cannot be used: " + why, cause);
    }

    /** Why a key may have been refused. */
    String keyHint() {
        return transport.hasKey()
                ? "; it does not accept the key in " + settings.keyVariable()
                : "; " + settings.keyVariable() + " is not set";
    }

    private EngineException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EngineException(ErrorCode.CANCELLED, "interrupted while waiting for " + service, e);
    }
}
