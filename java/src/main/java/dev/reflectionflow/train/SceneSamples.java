package dev.reflectionflow.train;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.SceneSampler;
import dev.reflectionflow.scenes.SceneSplit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Validation pictures of a model that draws scenes, and how many of them are right. */
final class SceneSamples {
    private static final int COUNT = 36;

    private final SampleConfig config;
    private final Sampler sampler;
    private final TrainingListener listener;
    private final List<String> prompts;

    SceneSamples(TrainConfig config, Sampler sampler, TrainingListener listener) {
        this.config = config.samples();
        this.sampler = sampler;
        this.listener = listener;
        List<String> own = config.samples().prompts();
        prompts = own.isEmpty() ? unseen(config.seed()) : own;
    }

    /** Prompts that training never sees. */
    private static List<String> unseen(long seed) {
        SceneSampler scenes = new SceneSampler(seed, SceneSplit.TEST);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            texts.add(scenes.sample(i).text());
        }
        return texts;
    }

    List<Picture> draw(Path model) {
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < prompts.size(); i++) {
            GenerationRequest.Builder request =
                    GenerationRequest.builder(prompts.get(i)).seed(config.seed() + i);
            config.steps().ifPresent(request::steps);
            config.guidance().ifPresent(request::guidance);
            requests.add(request.build());
        }
        List<RgbImage> images = sampler.draw(model.toString(), Optional.empty(), requests);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            pictures.add(new Picture(String.format(Locale.ROOT, "%03d", i), prompts.get(i), images.get(i)));
        }
        SceneJudge.note(pictures, listener);
        return pictures;
    }
}
