package dev.reflectionflow.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.report.GenRefShard;
import dev.reflectionflow.scenes.FlawSampler;
import dev.reflectionflow.scenes.FlawedSample;
import dev.reflectionflow.scenes.SceneRows;
import dev.reflectionflow.scenes.SceneSplit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Makes one folder of scenes and tells of it. */
final class ScenesMakeRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TEST_ROWS = 20;
    private static final int TRAIN_ROWS = 40;
    private static final int SHOWN_EVERY = 50;

    private final Console console;
    private final Path output;
    private final SceneSplit split;
    private final long seed;

    ScenesMakeRun(Console console, Path output, SceneSplit split, long seed) {
        this.console = console;
        this.output = output;
        this.split = split;
        this.seed = seed;
    }

    void write(int count, int shardSize) {
        prepare(count, shardSize);
        put("prompts-train.jsonl", lines(SceneRows.of(SceneSplit.TRAIN, TRAIN_ROWS, seed)));
        put("prompts-test.jsonl", lines(SceneRows.of(SceneSplit.TEST, TEST_ROWS, 0)));
        FlawSampler sampler = new FlawSampler(seed, split);
        for (int first = 0; first < count; first += shardSize) {
            Path shard = output.resolve(GenRefShard.name(first / shardSize));
            // whole shards have their names; a killed process leaves none that is torn
            if (!Files.exists(shard)) {
                GenRefShard.write(shard, first, Math.min(shardSize, count - first), number -> {
                    if (number % SHOWN_EVERY == 0) {
                        console.progress("pair " + number + " of " + count);
                    }
                    return pair(sampler.sample(number));
                });
            }
            console.result(shard.toString());
        }
        console.clear();
    }

    private static GenRefShard.Pair pair(FlawedSample sample) {
        return new GenRefShard.Pair(
                sample.good().image(),
                sample.image(),
                sample.reflection(),
                sample.good().text(),
                GenRefShard.RULE);
    }

    /** Half-made folders are only gone on with where that gives what one go would have given. */
    private void prepare(int count, int shardSize) {
        Map<String, Object> made = new LinkedHashMap<>();
        made.put("count", count);
        made.put("seed", seed);
        made.put("shard_size", shardSize);
        made.put("split", split.name().toLowerCase(Locale.ROOT));
        String text = json(made) + "\n";
        Path file = output.resolve("scenes.json");
        try {
            Files.createDirectories(output);
            if (Files.exists(file) && !Files.readString(file).equals(text)) {
                throw new EngineException(
                        ErrorCode.INVALID_FILE,
                        file + ": the folder was made with " + Console.oneLine(Files.readString(file))
                                + "; choose another or the same options");
            }
        } catch (IOException e) {
            throw EngineException.invalidFile(output, "cannot be written", e);
        }
        put("scenes.json", text);
    }

    private static String lines(List<Map<String, Object>> rows) {
        return rows.stream().map(row -> json(row) + "\n").collect(Collectors.joining());
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of strings and numbers are always JSON", e);
        }
    }

    private void put(String name, String text) {
        Path temporary = output.resolve("." + name + ".tmp");
        try {
            Files.writeString(temporary, text);
            Files.move(
                    temporary,
                    output.resolve(name),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw EngineException.invalidFile(output.resolve(name), "cannot be written", e);
        }
    }
}
