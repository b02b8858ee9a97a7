package dev.reflectionflow.scenes;

import dev.reflectionflow.scenes.ScenePrompt.Group;
import java.util.stream.Collectors;

/**
 * Ways to put a scene into words that all mean the same; each stays within the words that prompts about scenes are made of,
 * and reads back as the same {@link ScenePrompt}.
 */
public enum SceneWording {
    /** "a photo of a red circle left of a blue square". */
    PLAIN("a photo of ", false, false),
    /** "a photo of one red circle left of one blue square". */
    COUNTED("a photo of ", true, false),
    /** "a photo of a red circle to the left of a blue square". */
    PLACED("a photo of ", false, true),
    /** "a photo of one red circle to the left of one blue square". */
    COUNTED_PLACED("a photo of ", true, true),
    /** "a red circle left of a blue square". */
    BARE("", false, false),
    /** "one red circle left of one blue square". */
    BARE_COUNTED("", true, false),
    /** "a red circle to the left of a blue square". */
    BARE_PLACED("", false, true),
    /** "a picture of a red circle left of a blue square". */
    PICTURE("a picture of ", false, false);

    private final String start;
    private final boolean counted;
    private final boolean placed;

    SceneWording(String start, boolean counted, boolean placed) {
        this.start = start;
        this.counted = counted;
        this.placed = placed;
    }

    /** The prompt in these words. */
    public String of(ScenePrompt prompt) {
        String between = prompt.relation()
                .map(relation -> placed ? relation.place() : relation.words())
                .orElse("and");
        return prompt.groups().stream().map(this::words).collect(Collectors.joining(" " + between + " ", start, ""));
    }

    private String words(Group group) {
        String noun = SceneWords.noun(group, group.count());
        return group.count() == 1 && !counted
                ? SceneWords.withArticle(noun)
                : SceneWords.number(group.count()) + " " + noun;
    }
}
