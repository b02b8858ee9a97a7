package dev.reflectionflow.train;

import dev.reflectionflow.scenes.SceneMatch;
import dev.reflectionflow.scenes.ScenePrompt;
import dev.reflectionflow.scenes.SceneReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says how many validation pictures show what their prompts ask for, where the prompts are about scenes. */
final class SceneJudge {
    private SceneJudge() {}

    static void note(List<Picture> pictures, TrainingListener listener) {
        int right = 0;
        int known = 0;
        double degree = 0;
        for (Picture picture : pictures) {
            Optional<ScenePrompt> prompt = ScenePrompt.parse(picture.text());
            if (prompt.isPresent()) {
                SceneMatch match = SceneMatch.of(prompt.get(), SceneReader.read(picture.image()));
                known++;
                right += match.holds() ? 1 : 0;
                degree += match.value();
            }
        }
        if (known > 0) {
            listener.note(String.format(
                    Locale.ROOT,
                    "samples: %d of %d wholly right, requirements met to %.0f %% in the mean",
                    right,
                    known,
                    100 * degree / known));
        }
    }
}
