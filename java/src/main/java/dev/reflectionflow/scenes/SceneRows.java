package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Prompts about scenes as the rows of a GenEval file: as many of each kind. */
public final class SceneRows {
    /** Draws tried for a prompt that means something new, before another wording of a known one will do. */
    private static final int PATIENCE = 2000;

    private SceneRows() {}

    /**
     * Rows without repetition, kind after kind; a pure function of the arguments.
     *
     * @param perTag rows of each kind, at most 50
     */
    public static List<Map<String, Object>> of(SceneSplit split, int perTag, long seed) {
        List<Map<String, Object>> rows = new ArrayList<>();
        Set<String> texts = new HashSet<>();
        Set<String> meanings = new HashSet<>();
        SplittableRandom random = SceneSampler.random(seed, split.ordinal());
        PromptSampler sampler = new PromptSampler(random);
        for (SceneTag tag : SceneTag.values()) {
            for (int i = 0; i < perTag; i++) {
                rows.add(next(tag, split, sampler, meanings, texts));
            }
        }
        return rows;
    }

    private static Map<String, Object> next(
            SceneTag tag, SceneSplit split, PromptSampler sampler, Set<String> meanings, Set<String> texts) {
        for (int attempt = 0; ; attempt++) {
            ScenePrompt prompt = sampler.sample(tag, split);
            boolean isNew = meanings.add(SceneSplit.meaning(prompt));
            String text = (isNew ? SceneWording.PLAIN : sampler.wording()).of(prompt);
            if ((isNew || attempt > PATIENCE) && texts.add(text)) {
                return row(tag, prompt, text);
            }
        }
    }

    /** A row; as GenEval has it, what is placed comes after what it is placed against. */
    static Map<String, Object> row(SceneTag tag, ScenePrompt prompt, String text) {
        List<Map<String, Object>> include = new ArrayList<>();
        for (Group group : prompt.groups()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("class", group.shape().word());
            object.put("count", group.count());
            group.color().ifPresent(color -> object.put("color", color.word()));
            include.add(object);
        }
        Optional<Relation> relation = prompt.relation();
        if (relation.isPresent()) {
            include.get(0).put("position", List.of(relation.get().words(), 0));
            Collections.reverse(include);
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("tag", tag.word());
        row.put("include", include);
        row.put("prompt", text);
        return row;
    }
}
