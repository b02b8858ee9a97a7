package dev.reflectionflow.train;

import dev.reflectionflow.RgbImage;
import dev.reflectionflow.scenes.SceneSample;
import dev.reflectionflow.scenes.SceneSampler;
import dev.reflectionflow.scenes.SceneSplit;
import dev.reflectionflow.train.nn.AutoencoderKl;
import dev.reflectionflow.train.nn.NoGradients;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.AutoencoderConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Trains the autoencoder on scenes: absolute and squared error of pixels, and a small divergence from normal latents. */
final class AutoencoderStage implements Stage {
    static final String COMPONENT = "vae";
    private static final int SHOWN = 8;

    private final TrainConfig config;
    private final StartingModel model;
    private final Parameters weights;
    private final AutoencoderKl autoencoder;
    private final MixedScenes scenes;
    private final SceneSampler unseen;
    private long next;

    AutoencoderStage(TrainConfig config, StartingModel model) {
        this.config = config;
        this.model = model;
        weights = model.parameters(COMPONENT, config.seed());
        AutoencoderConfig shape = AutoencoderConfig.read(model.config(COMPONENT));
        autoencoder = new AutoencoderKl(shape, weights, config.compute());
        weights.train(name -> true);
        scenes = new MixedScenes(config.seed());
        unseen = new SceneSampler(config.seed(), SceneSplit.TEST);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return weights.trainable();
    }

    @Override
    public Loss loss(long step, Noise random) {
        int size = config.loop().batchSize();
        Tensor pixels = Pixels.of(images(next, size));
        next += size;
        AutoencoderKl.Posterior posterior = autoencoder.encode(pixels);
        long[] shape = Tensors.shape(posterior.mean());
        int values = (int) (shape[1] * shape[2] * shape[3]);
        Tensor noise = Tensors.ofFloats(random.normal(size * values), shape);
        Tensor error = autoencoder.decode(posterior.sample(noise)).sub(pixels);
        Tensor weight = pixels.abs()
                .mul(new Scalar(config.objective().contrastWeight()))
                .add(new Scalar(1.0));
        Tensor absolute = error.abs().mul(weight).mean();
        Tensor squared = error.square().mul(weight).mean();
        Tensor divergence = posterior.divergence().mean().div(new Scalar((double) values));
        Tensor loss = absolute.add(squared)
                .add(divergence, new Scalar(config.objective().klWeight()));
        Map<String, Double> parts = new LinkedHashMap<>();
        parts.put("absolute_error", absolute.item_double());
        parts.put("divergence", divergence.item_double());
        return new Loss(loss, size, parts);
    }

    private List<RgbImage> images(long first, int count) {
        List<RgbImage> images = new ArrayList<>();
        for (long i = first; i < first + count; i++) {
            images.add(scenes.at(i).image());
        }
        return images;
    }

    @Override
    public String position() {
        return Long.toString(next);
    }

    @Override
    public void restore(String position) {
        next = Long.parseLong(position);
    }

    @Override
    public void write(Path folder) {
        Path product = folder.resolve(StartingModel.PRODUCT);
        Products.weights(product, COMPONENT, weights, config);
        LatentMoments moments = LatentMoments.of(autoencoder, this::images, config.seed());
        Products.config(
                model, product, COMPONENT, Map.of("shift_factor", moments.mean(), "scaling_factor", moments.scale()));
        model.copyTo(product, config.stored());
    }

    /** Pictures of prompts that training never sees, each with what is left of it. */
    @Override
    public List<Picture> samples(Path folder) {
        List<Picture> pictures = new ArrayList<>();
        try (PointerScope scope = new PointerScope();
                NoGradients guard = new NoGradients()) {
            List<SceneSample> chosen = new ArrayList<>();
            for (int i = 0; i < SHOWN; i++) {
                chosen.add(unseen.sample(i));
            }
            List<RgbImage> images = chosen.stream().map(SceneSample::image).toList();
            List<RgbImage> decoded = Pixels.toImages(
                    autoencoder.decode(autoencoder.encode(Pixels.of(images)).mean()));
            for (int i = 0; i < SHOWN; i++) {
                pictures.add(new Picture(i + "-given", chosen.get(i).text(), images.get(i)));
                pictures.add(new Picture(i + "-decoded", chosen.get(i).text(), decoded.get(i)));
            }
        }
        return pictures;
    }

    @Override
    public void close() {
        weights.close();
    }
}
