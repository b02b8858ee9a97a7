package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.data.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Samples through the frozen networks in front of the transformer, or from where their outputs are kept. */
final class CorrectorInputs implements AutoCloseable {
    /**
     * A batch as the transformer sees it.
     *
     * @param latents of the pictures to draw (B, S_img, C)
     * @param condition of the earlier pictures (B, S_cond, C)
     */
    record Encoded(Tensor latents, Tensor condition, TextEncoders.Encoded texts) {}

    private final FrozenAutoencoder autoencoder;
    private final TextEncoders text;
    private final Optional<EncodingCache> cache;

    CorrectorInputs(TrainConfig config, StartingModel model) {
        autoencoder = new FrozenAutoencoder(model, config.compute());
        text = new TextEncoders(model, config, false);
        cache = config.dataset().cache().map(folder -> new EncodingCache(folder, model, config.compute()));
    }

    int pixelsPerToken() {
        return autoencoder.pixelsPerToken();
    }

    Encoded encode(List<Sample> samples, Noise random) {
        Tensor latents = autoencoder.tokens(posteriors(samples, Sample::image), random);
        Tensor condition = autoencoder.tokens(
                posteriors(samples, sample -> sample.condition().orElse(sample.image())), random);
        return new Encoded(latents, condition, texts(samples, text.length(random)));
    }

    /** With a cache each picture goes through the autoencoder alone, so that its bits do not depend on its neighbours. */
    private Tensor posteriors(List<Sample> samples, Function<Sample, RgbImage> which) {
        if (cache.isEmpty()) {
            return autoencoder.posterior(samples.stream().map(which).toList());
        }
        return together(samples, sample -> {
            RgbImage image = which.apply(sample);
            Supplier<Tensor> make = () -> autoencoder.posterior(List.of(image)).to(ScalarType.Float);
            // a part that chance cut out hardly comes again
            return sample.whole() ? cache.get().posterior(image, make) : make.get();
        });
    }

    private TextEncoders.Encoded texts(List<Sample> samples, int length) {
        if (cache.isEmpty()) {
            return text.encode(
                    samples.stream().map(Sample::prompt).toList(),
                    samples.stream().map(Sample::description).toList(),
                    length);
        }
        List<TextEncoders.Encoded> all = new ArrayList<>();
        for (Sample sample : samples) {
            String prompt = sample.prompt();
            String description = sample.description();
            all.add(cache.get()
                    .texts(
                            prompt,
                            description,
                            length,
                            () -> text.encode(List.of(prompt), List.of(description), length)));
        }
        return new TextEncoders.Encoded(
                together(all, TextEncoders.Encoded::pooled), together(all, TextEncoders.Encoded::embeds));
    }

    private static <T> Tensor together(List<T> parts, Function<T, Tensor> each) {
        return torch.cat(new TensorVector(parts.stream().map(each).toArray(Tensor[]::new)), 0);
    }

    @Override
    public void close() {
        autoencoder.close();
        text.close();
    }
}
