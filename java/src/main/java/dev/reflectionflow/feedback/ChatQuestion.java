package dev.reflectionflow.feedback;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;

/** One question to a service, with its attempts, which come one after another on the asking thread. */
final class ChatQuestion<T> {
    private final ChatClient client;
    private final String body;
    private final ChatClient.Reader<T> reader;
    private final long end;
    private Usage usage = Usage.NONE;

    ChatQuestion(ChatClient client, String body, ChatClient.Reader<T> reader) {
        this.client = client;
        this.body = body;
        this.reader = reader;
        end = System.nanoTime() + client.settings.deadline().toNanos();
    }

    /** What all attempts have cost so far. */
    Usage usage() {
        return usage;
    }

    /** Asks once. */
    T attempt() throws ServiceFailure, InterruptedException {
        long left = end - System.nanoTime();
        if (left <= 0) {
            throw ServiceFailure.lasting(
                    "no answer within " + client.settings.deadline().toMillis() + " ms");
        }
        Usage before = usage;
        // whatever happens on the way, the service may have worked for this one
        usage = usage.plus(new Usage(1, 0, 0));
        try {
            return read(client.transport.post(
                    "/chat/completions",
                    body,
                    Math.min(left, client.settings.patience().toNanos())));
        } catch (ConnectException | HttpConnectTimeoutException | UnresolvedAddressException e) {
            usage = before;
            if (!client.answeredOnce && !(e instanceof HttpConnectTimeoutException)) {
                throw client.unusable("cannot connect", e);
            }
            throw ServiceFailure.passing("cannot connect", Optional.empty());
        } catch (IOException e) {
            throw ServiceFailure.passing(Transport.kind(e), Optional.empty());
        }
    }

    private T read(HttpResponse<String> response) throws ServiceFailure {
        int status = response.statusCode();
        if (!client.answeredOnce && (status == 401 || status == 403 || status == 404)) {
            throw client.unusable("it answers " + status + (status == 404 ? "" : client.keyHint()), null);
        }
        if (status == 408 || status == 409 || status == 429 || status >= 500) {
            throw refusal(status, RetryAfter.of(response.headers()));
        }
        if (status != 200) {
            boolean misunderstood = status == 400 || status == 422;
            throw ServiceFailure.lasting("it answers " + status
                    + (misunderstood ? ": it may not take this picture, this prompt or structured output" : ""));
        }
        client.answeredOnce = true;
        try {
            ChatAnswer answer = ChatAnswer.parse(response.body());
            usage = usage.plus(new Usage(0, answer.promptTokens(), answer.completionTokens()));
            return reader.read(answer);
        } catch (IOException e) {
            throw ServiceFailure.passing("its answer cannot be read: " + Transport.kind(e), Optional.empty());
        }
    }

    private ServiceFailure refusal(int status, Optional<Duration> wait) {
        boolean tooLong = wait.isPresent() && wait.get().compareTo(Duration.ofNanos(end - System.nanoTime())) >= 0;
        return tooLong
                ? ServiceFailure.lasting("it answers " + status + " and wants a wait past the deadline")
                : ServiceFailure.passing("it answers " + status, wait);
    }
}
