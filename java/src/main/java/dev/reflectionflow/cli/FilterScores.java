package dev.reflectionflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.feedback.Score;
import dev.reflectionflow.run.JournalRecord.Judged;
import dev.reflectionflow.run.RecordedRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What one verifier said of images, by their bytes and prompts, kept in a file of JSON lines: a filter that was stopped asks
 * nothing twice. Failures are not kept.
 */
final class FilterScores {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final JsonNode verifier;
    private final Map<Key, Score> scores = new HashMap<>();

    /** What a score is of. */
    record Key(String sha256, String prompt) {}

    /**
     * Opens the scores of a verifier; the torn last line of a killed process is cut off.
     *
     * @param description of the verifier; scores of others stay in the file and are left alone
     */
    FilterScores(Path file, Map<String, Object> description) {
        this.file = file;
        verifier = normal(JSON.<JsonNode>valueToTree(description));
        if (Files.exists(file)) {
            read();
        }
    }

    /** Takes over what a run's journal says, where the same verifier judged it. */
    void takeOver(RecordedRun run) {
        if (!normal(run.config().path("verifier")).equals(verifier)) {
            return;
        }
        for (int index : run.records().promptIndexes()) {
            String prompt = (String) run.metadata(index).get("prompt");
            run.records()
                    .images(index)
                    .forEach(image -> run.records().judged(image).stream()
                            .map(FilterScores::score)
                            .filter(score -> !score.isFailure())
                            .forEach(score -> scores.put(new Key(image.sha256(), prompt), score)));
        }
    }

    Optional<Score> of(Key key) {
        return Optional.ofNullable(scores.get(key));
    }

    /** Keeps an answer, in the file too unless it is a failure. */
    void keep(Key key, Score score) {
        scores.put(key, score);
        if (score.isFailure()) {
            return;
        }
        ObjectNode line = JSON.createObjectNode().put("sha256", key.sha256()).put("prompt", key.prompt());
        line.set("verifier", verifier);
        line.put("status", score.status().name().toLowerCase(Locale.ROOT));
        line.put("score", score.isScored() ? (Double) score.value() : null);
        line.put("satisfied", score.satisfied()).put("explanation", score.explanation());
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be written", e);
        }
    }

    private void read() {
        try {
            for (String line : whole().lines().toList()) {
                JsonNode node = JSON.readTree(line);
                if (normal(node.path("verifier")).equals(verifier)) {
                    scores.put(
                            new Key(
                                    node.path("sha256").asText(),
                                    node.path("prompt").asText()),
                            score(
                                    node.path("status").asText(),
                                    node.path("score").asDouble(),
                                    node.path("explanation").asText(),
                                    node.path("satisfied").asBoolean()));
                }
            }
        } catch (JsonProcessingException e) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, file + ": not a file of scores: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    /** The whole lines; in bytes, since a line may be torn within a character. */
    private String whole() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        if (end < bytes.length) {
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate(end);
            }
        }
        return new String(bytes, 0, end, StandardCharsets.UTF_8);
    }

    private static Score score(Judged line) {
        return score(line.status(), line.score() == null ? 0 : line.score(), line.explanation(), line.satisfied());
    }

    private static Score score(String status, double value, String explanation, boolean satisfied) {
        String why = explanation == null ? "" : explanation;
        return switch (status) {
            case "scored" -> Score.scored(value, Map.of(), why).satisfied(satisfied);
            case "abstained" -> Score.abstained(why);
            default -> Score.unscored(why);
        };
    }

    /** Written and read once more, so that 1 and 1L do not count as different. */
    private static JsonNode normal(JsonNode description) {
        try {
            return JSON.readTree(description.toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("JSON that was written can be read", e);
        }
    }
}
