package dev.reflectionflow.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A yes or a no, with the log-probabilities of both where the service tells them.
 *
 * @param text the answer, or its first token
 * @param yes log-probability; empty where it is unknown
 * @param no log-probability; empty where it is unknown
 */
record YesNo(String text, OptionalDouble yes, OptionalDouble no) {
    static YesNo read(ChatAnswer answer) throws UnreadableAnswer {
        String text = answer.text();
        JsonNode first = answer.firstToken();
        List<JsonNode> tokens = new ArrayList<>();
        first.path("top_logprobs").forEach(tokens::add);
        if (tokens.stream().noneMatch(token -> token.path("token").equals(first.path("token")))) {
            tokens.add(first);
        }
        OptionalDouble yes = sum(tokens, "yes");
        OptionalDouble no = sum(tokens, "no");
        if (yes.isEmpty() && no.isEmpty()) {
            if (!isWord(text, "yes") && !isWord(text, "no")) {
                throw new UnreadableAnswer("neither yes nor no in it");
            }
            return new YesNo(text, yes, no);
        }
        // one that is not among the likeliest is at most as likely as the last of them
        double least = tokens.stream()
                .mapToDouble(token -> token.path("logprob").asDouble())
                .min()
                .orElseThrow();
        return new YesNo(text, OptionalDouble.of(yes.orElse(least)), OptionalDouble.of(no.orElse(least)));
    }

    boolean hasLogProbabilities() {
        return yes.isPresent();
    }

    /** Whether the answer is a yes, written in any way. */
    boolean saysYes() {
        return isWord(text, "yes");
    }

    /** log(yes / no): above 0 where yes is the likelier. */
    double difference() {
        return yes.orElseThrow() - no.orElseThrow();
    }

    /** The logarithm of the summed probabilities of all ways to write the word, such as "Yes" and " yes". */
    private static OptionalDouble sum(List<JsonNode> tokens, String word) {
        double[] logs = tokens.stream()
                .filter(token -> token.path("logprob").isNumber()
                        && isWord(token.path("token").asText(), word))
                .mapToDouble(token -> token.path("logprob").doubleValue())
                .toArray();
        if (logs.length == 0) {
            return OptionalDouble.empty();
        }
        double most = Arrays.stream(logs).max().orElseThrow();
        return OptionalDouble.of(most
                + Math.log(Arrays.stream(logs).map(log -> Math.exp(log - most)).sum()));
    }

    private static boolean isWord(String token, String word) {
        return token.replaceAll("[^\\p{IsAlphabetic}]", "")
                .replaceFirst("^\u0120", "")
                .toLowerCase(Locale.ROOT)
                .equals(word);
    }
}
