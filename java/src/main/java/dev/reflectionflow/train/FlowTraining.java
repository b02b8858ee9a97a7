package dev.reflectionflow.train;

import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.PositionIds;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A whole transformer that learns from a pool of scenes, its text encoders beside it: what both such stages share. */
final class FlowTraining implements AutoCloseable {
    private final TrainConfig config;
    private final StartingModel model;
    private final TextEncoders text;
    private final boolean learnsText;
    private final Parameters weights;
    private final FluxTransformer transformer;
    private final LatentPool pool;
    private final SceneSamples samples;
    private final Tensor ids;

    /** @param fromScratch whether the transformer may lack weights, and the text encoders may learn along */
    FlowTraining(
            TrainConfig config, StartingModel model, boolean fromScratch, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.model = model;
        TransformerConfig shape = model.transformer();
        learnsText = fromScratch && config.objective().trainText();
        text = new TextEncoders(model, config, learnsText);
        String component = TransformerStage.COMPONENT;
        weights = fromScratch ? model.parameters(component, config.seed()) : model.trained(component, ScalarType.Float);
        transformer = new FluxTransformer(shape, weights, config.compute());
        weights.train(name -> true);
        pool = LatentPool.open(config, model, listener);
        ids = Tensors.keep(PositionIds.grid(pool.side(), pool.side()));
        samples = new SceneSamples(config, sampler, listener);
    }

    TransformerConfig shape() {
        return transformer.config();
    }

    TextEncoders text() {
        return text;
    }

    /** The transformer's parameters, which learn. */
    Map<String, Tensor> weights() {
        return weights.trainable();
    }

    /** A batch's scenes. */
    LatentPool.Drawn draw(Noise random) {
        return pool.draw(config.loop().batchSize(), random);
    }

    /** What any transformer of this shape sees of a batch; the guidance is null where it does not embed it. */
    FluxInputs inputs(FlowBatch batch, TextEncoders.Encoded texts, Tensor guidance) {
        return new FluxInputs(batch.noisy(), ids, texts.embeds(), texts.pooled(), batch.timestep(), guidance);
    }

    /** How far the transformer is from saying {@code velocity} (B, S_img, C). */
    Stage.Loss loss(FluxInputs inputs, Tensor velocity) {
        Blocks blocks = Blocks.of(config.loop());
        Tensor error = FlowBatch.error(transformer.forward(inputs, null, blocks.runner()), velocity);
        return new Stage.Loss(error, (int) velocity.size(0), Map.of(), blocks.backward());
    }

    /** Writes the model with what has been learned, as {@link Stage#write}. */
    void write(Path folder) {
        Path product = folder.resolve(StartingModel.PRODUCT);
        Products.weights(product, TransformerStage.COMPONENT, weights, config);
        if (learnsText) {
            text.write(product, config);
        }
        model.copyTo(product, config.stored());
    }

    /** Pictures that the written model draws, as {@link Stage#samples}. */
    List<Picture> samples(Path folder) {
        return samples.draw(folder.resolve(StartingModel.PRODUCT));
    }

    @Override
    public void close() {
        text.close();
        weights.close();
        pool.close();
        Tensors.release(ids);
    }
}
