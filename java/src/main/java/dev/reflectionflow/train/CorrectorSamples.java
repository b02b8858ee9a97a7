package dev.reflectionflow.train;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.data.Sample;
import dev.reflectionflow.train.data.SampleSource;
import dev.reflectionflow.train.data.SampleSources;
import dev.reflectionflow.weights.CorrectorUse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Validation pictures of a corrector: what it makes of flawed pictures, beside these. */
final class CorrectorSamples {
    private static final int SHOWN = 16;

    private final TrainConfig config;
    private final StartingModel model;
    private final Sampler sampler;
    private final TrainingListener listener;

    CorrectorSamples(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.model = model;
        this.sampler = sampler;
        this.listener = listener;
    }

    /** @param lora file of the corrector */
    List<Picture> draw(Path lora) {
        List<Sample> given = shown();
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            requests.add(request(given.get(i), config.samples().seed() + i));
        }
        List<RgbImage> images = sampler.draw(model.folder().toString(), Optional.of(lora), requests);
        List<Picture> all = new ArrayList<>();
        List<Picture> corrected = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            String name = String.format(Locale.ROOT, "%03d", i);
            Sample sample = given.get(i);
            sample.condition().ifPresent(flawed -> all.add(new Picture(name + "-given", sample.prompt(), flawed)));
            corrected.add(new Picture(name + "-corrected", sample.prompt(), images.get(i)));
            all.add(corrected.get(i));
        }
        SceneJudge.note(corrected, listener);
        return all;
    }

    /** Samples that training never sees; of shards only where a share of their prompts is kept for validation. */
    private List<Sample> shown() {
        DatasetConfig data = config.dataset();
        try (SampleSource validation = data.scenes()
                ? SampleSources.validationScenes(data.shards(config.seed()), SHOWN)
                : SampleSources.validation(data.shards(config.seed()), listener::note)) {
            return validation.next(0, SHOWN).samples();
        }
    }

    private GenerationRequest request(Sample sample, long seed) {
        int side = config.dataset().targetSize();
        GenerationRequest.Builder request = GenerationRequest.builder(sample.prompt())
                .prompt2(sample.description())
                .size(side, side)
                .seed(seed);
        CorrectorUse how = config.corrector().use();
        sample.condition()
                .ifPresent(image -> request.condition(new GenerationRequest.Condition(
                        image, 1, how.unionAttention(), how.addAttention(), how.latentLora(), 0, 1)));
        config.samples().steps().ifPresent(request::steps);
        config.samples().guidance().ifPresent(request::guidance);
        return request.build();
    }
}
