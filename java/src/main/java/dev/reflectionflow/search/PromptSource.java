package dev.reflectionflow.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where prompts come from. */
public final class PromptSource {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PromptSource() {}

    /** One prompt as given. */
    public static List<SearchPrompt> of(String prompt) {
        if (prompt.isBlank()) {
            throw new EngineException(ErrorCode.INVALID_ARGUMENT, "the prompt is empty");
        }
        return List.of(SearchPrompt.of(0, prompt));
    }

    /**
     * Reads a {@code .txt} (every line that is not blank is a prompt) or a {@code .jsonl} (GenEval rows; every row needs a
     * {@code prompt}, and all its fields are kept).
     *
     * @throws EngineException {@code INVALID_FILE} naming file and line
     */
    public static List<SearchPrompt> read(Path file) {
        boolean rows = switch (extension(file)) {
            case "txt" -> false;
            case "jsonl" -> true;
            default ->
                throw new EngineException(ErrorCode.INVALID_FILE, file + ": prompts come from a .txt or .jsonl file");
        };
        List<String> lines = lines(file);
        List<SearchPrompt> prompts = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                prompts.add(rows ? row(file, i + 1, line, prompts.size()) : SearchPrompt.of(prompts.size(), line));
            }
        }
        if (prompts.isEmpty()) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": holds no prompt");
        }
        return prompts;
    }

    /**
     * The prompts from one index to another; indexes keep their rows' numbers.
     *
     * @param end the first that is left out, or -1 for none
     * @throws EngineException {@code INVALID_ARGUMENT} where that leaves nothing
     */
    public static List<SearchPrompt> slice(List<SearchPrompt> prompts, int start, int end) {
        int stop = end < 0 ? prompts.size() : Math.min(end, prompts.size());
        if (start < 0 || start >= stop) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "no prompt lies from index " + start + " to " + end + " of " + prompts.size());
        }
        return List.copyOf(prompts.subList(start, stop));
    }

    private static SearchPrompt row(Path file, int number, String line, int index) {
        Map<String, Object> row;
        try {
            row = JSON.readValue(line, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw damaged(
                    file,
                    number,
                    "not a JSON object: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""));
        }
        if (row == null || !(row.get("prompt") instanceof String prompt) || prompt.isBlank()) {
            throw damaged(file, number, "needs a \"prompt\"");
        }
        return new SearchPrompt(index, prompt, row);
    }

    private static List<String> lines(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            return text.replaceFirst("^\uFEFF", "").lines().toList();
        } catch (NoSuchFileException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new EngineException(ErrorCode.INVALID_FILE, file + ": not UTF-8 text", e);
        } catch (IOException e) {
            throw EngineException.invalidFile(file, "cannot be read", e);
        }
    }

    private static EngineException damaged(Path file, int line, String why) {
        return new EngineException(ErrorCode.INVALID_FILE, file + ", line " + line + ": " + why);
    }

    private static String extension(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
