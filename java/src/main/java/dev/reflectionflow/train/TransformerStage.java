package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.PositionIds;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/** Trains all of a transformer by flow matching on scenes, and the text encoders along with it where asked. */
final class TransformerStage implements Stage {
    static final String COMPONENT = "transformer";

    private final TrainConfig config;
    private final StartingModel model;
    private final TextEncoders text;
    private final Parameters weights;
    private final FluxTransformer transformer;
    private final LatentPool pool;
    private final SceneSamples samples;
    private final Tensor ids;

    TransformerStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.model = model;
        text = new TextEncoders(model, config, config.objective().trainText());
        weights = model.parameters(COMPONENT, config.seed());
        transformer = new FluxTransformer(TransformerConfig.read(model.config(COMPONENT)), weights, config.compute());
        weights.train(name -> true);
        pool = LatentPool.open(config, model, listener);
        ids = Tensors.keep(PositionIds.grid(pool.side(), pool.side()));
        samples = new SceneSamples(config, sampler, listener);
    }

    @Override
    public Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        weights.trainable().forEach((name, tensor) -> all.put(COMPONENT + "." + name, tensor));
        all.putAll(text.trainable());
        return all;
    }

    @Override
    public Loss loss(long step, Noise random) {
        int size = config.loop().batchSize();
        ObjectiveConfig objective = config.objective();
        LatentPool.Drawn drawn = pool.draw(size, random);
        List<String> texts = new ArrayList<>(drawn.texts());
        List<String> descriptions = new ArrayList<>(drawn.descriptions());
        dropSome(texts, descriptions, random);
        TextEncoders.Encoded encoded = text.encode(texts, descriptions, text.length(random));
        FlowBatch batch = FlowBatch.of(drawn.tokens(), random, objective.timestepShift());
        Tensor guidance = transformer.config().guidance() ? FlowBatch.constant(objective.guidance(), size) : null;
        Blocks blocks = Blocks.of(config.loop());
        FluxInputs inputs =
                new FluxInputs(batch.noisy(), ids, encoded.embeds(), encoded.pooled(), batch.timestep(), guidance);
        Tensor velocity = transformer.forward(inputs, null, blocks.runner());
        return new Loss(FlowBatch.error(velocity, batch.velocity()), size, Map.of(), blocks.backward());
    }

    /** Leaves both texts out now and then, so that there is something to guide away from. */
    private void dropSome(List<String> texts, List<String> descriptions, Noise random) {
        for (int i = 0; i < texts.size(); i++) {
            if (random.uniform() < config.dataset().drops().text()) {
                texts.set(i, "");
                descriptions.set(i, "");
            }
        }
    }

    @Override
    public void write(Path folder) {
        Path product = folder.resolve(StartingModel.PRODUCT);
        Products.weights(product, COMPONENT, weights, config);
        if (config.objective().trainText()) {
            text.write(product, config);
        }
        model.copyTo(product);
    }

    @Override
    public List<Picture> samples(Path product) {
        return samples.draw(product.resolve(StartingModel.PRODUCT));
    }

    @Override
    public void close() {
        text.close();
        weights.close();
        pool.close();
        Tensors.release(ids);
    }
}
