package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of the released configuration files, whose keys stand in {@link ReleasedKey} with the options that they mean.
 * Every value is honoured in every round, steps and guidance of corrections too, which the released scripts forget;
 * {@code --compat released} forgets them likewise.
 *
 * @param values texts by our options' names
 * @param unused keys that nothing here depends on
 */
record ReleasedKeys(Map<String, List<String>> values, List<String> unused) {
    private static final Set<String> SECTIONS = Set.of(
            "pipeline_args", "verifier_args", "refine_args", "search_args", "reflection_args", "prompt_refiner_args");
    private static final String OPENAI_URL = "https://api.openai.com/v1";
    private static final String OPENAI_MODEL = "gpt-4o-2024-11-20";
    private static final String REFLECTOR_URL = "http://localhost:8001/v1";
    private static final String REFLECTOR_MODEL = "diffusion-cot/Reflection-Generator";
    private static final String LORA_FILE = "pytorch_lora_weights.safetensors";

    /** Whether a file has a section that only the released ones have. */
    static boolean isReleased(JsonNode root) {
        return SECTIONS.stream().anyMatch(root::has);
    }

    static ReleasedKeys read(JsonNode root) {
        ReleasedKeys keys = new ReleasedKeys(new LinkedHashMap<>(), new ArrayList<>());
        root.fields().forEachRemaining(section -> {
            if (section.getValue().isObject()) {
                section.getValue()
                        .fields()
                        .forEachRemaining(
                                field -> keys.take(section.getKey() + "." + field.getKey(), field.getValue()));
            } else {
                keys.take(section.getKey(), section.getValue());
            }
        });
        keys.verifier(root.path("verifier_args"));
        keys.reflector(
                root.path("reflection_args"),
                root.at("/search_args/search_rounds").asInt());
        if (root.at("/prompt_refiner_args/run_refinement").asBoolean()) {
            keys.service("refiner", "openai", OPENAI_URL, OPENAI_MODEL);
        }
        return keys;
    }

    /** Lines that say what each key means here. */
    static List<String> table() {
        List<String> lines = new ArrayList<>();
        for (ReleasedKey key : ReleasedKey.values()) {
            lines.add(String.format("%-46s %s", key.path, key.meaning));
        }
        return lines;
    }

    private void take(String path, JsonNode value) {
        Optional<ReleasedKey> known = ReleasedKey.of(path);
        if (known.isEmpty() || known.get().isUnused(value)) {
            unused.add(path);
        } else if (!value.isNull() && known.get().option != null) {
            put(known.get().option, known.get().text(value));
        }
    }

    private void verifier(JsonNode section) {
        if (section.isMissingNode()) {
            return;
        }
        String name = section.path("name").asText("openai");
        if (name.equals("openai")) {
            service("verifier", "openai", OPENAI_URL, OPENAI_MODEL);
            return;
        }
        put("verifier", name.equals("nvila") ? "yes-no" : name);
        put("verifier-model", section.path("model_name").asText("nvila"));
    }

    private void reflector(JsonNode section, int rounds) {
        if (!section.path("run_reflection").asBoolean()) {
            if (values.remove("corrector") != null) {
                unused.add(ReleasedKey.LORA.path);
            }
            return;
        }
        if (section.path("name").asText().equals("ours")) {
            service("reflector", "released", REFLECTOR_URL, REFLECTOR_MODEL);
        } else {
            service("reflector", "openai", OPENAI_URL, OPENAI_MODEL);
        }
        if (rounds > 0) {
            // the released loop makes its rounds after those of the pool
            put("rounds", String.valueOf(rounds + 1));
        }
        List<String> lora = values.getOrDefault("corrector", List.of());
        if (!lora.isEmpty() && Files.isDirectory(Path.of(lora.get(0)))) {
            put("corrector", Path.of(lora.get(0), LORA_FILE).toString());
        }
    }

    private void service(String role, String name, String url, String model) {
        put(role, name);
        put(role + "-url", url);
        put(role + "-model", model);
    }

    private void put(String option, String text) {
        values.put(option, List.of(text));
    }
}
