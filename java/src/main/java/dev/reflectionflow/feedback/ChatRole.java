package dev.reflectionflow.feedback;

import java.util.Map;

/** What verifiers, reflectors and refiners that ask a chat service have in common. */
abstract class ChatRole {
    final ServiceSettings settings;
    private final String name;
    private final String service;
    private final ChatClient client;

    /**
     * @param name on the command line
     * @param role of the service in messages, such as {@code "verifier"}
     * @param key null or empty for services that need none
     */
    ChatRole(String name, String role, ServiceSettings settings, String key) {
        this.settings = settings;
        this.name = name;
        service = "the " + role + " service";
        client = new ChatClient(service, settings, key);
    }

    /** A short name, as on the command line. */
    public String name() {
        return name;
    }

    /** Everything that answers depend on, as written to a run's configuration; never a secret. */
    public Map<String, Object> description() {
        Map<String, Object> description = settings.description(name);
        describe(description);
        return description;
    }

    /** Adds what is this role's own. */
    abstract void describe(Map<String, Object> description);

    /** Requests at once. */
    public int concurrency() {
        return settings.concurrency();
    }

    /**
     * Makes sure that asking can work at all.
     *
     * @throws dev.reflectionflow.EngineException {@code SERVICE} where it cannot
     */
    public void checkReady() {
        client.checkReady();
    }

    /** Asks and makes a value of whatever comes of it, with its cost. */
    final Score score(ChatRequest request, ChatClient.Reader<Score> reader) {
        try {
            ChatClient.Reply<Score> reply = client.ask(request, reader);
            return reply.value().costing(reply.usage());
        } catch (ServiceFailure e) {
            return Score.unscored(service + " gave no score: " + e.getMessage()).costing(e.usage());
        }
    }

    /** Asks and makes a value of whatever comes of it, with its cost. */
    final Advice advice(ChatRequest request, ChatClient.Reader<Advice> reader) {
        try {
            ChatClient.Reply<Advice> reply = client.ask(request, reader);
            return reply.value().costing(reply.usage());
        } catch (ServiceFailure e) {
            return Advice.failed(service + " gave no advice: " + e.getMessage(), e.usage());
        }
    }
}
