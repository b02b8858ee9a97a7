package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.PositionIds;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Distils classifier-free guidance into the embedded guidance (Meng et al. 2023), as FLUX.1-dev was: the transformer learns
 * to say at once what its frozen self would say as v + g (v_text - v), v without a text.
 */
final class GuidanceStage implements Stage {
    private final TrainConfig config;
    private final StartingModel model;
    private final TextEncoders text;
    private final Parameters teacherWeights;
    private final Parameters weights;
    private final FluxTransformer teacher;
    private final FluxTransformer student;
    private final LatentPool pool;
    private final SceneSamples samples;
    private final Tensor ids;

    GuidanceStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.model = model;
        TransformerConfig shape = TransformerConfig.read(model.config(TransformerStage.COMPONENT));
        if (!shape.guidance()) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    model.config(TransformerStage.COMPONENT)
                            + ": guidance_embeds is false; there is nothing to distil into");
        }
        text = new TextEncoders(model, config, false);
        teacherWeights = model.trained(TransformerStage.COMPONENT, ScalarType.Float);
        teacher = new FluxTransformer(shape, teacherWeights, config.compute());
        teacherWeights.train(name -> false);
        weights = model.trained(TransformerStage.COMPONENT, ScalarType.Float);
        student = new FluxTransformer(shape, weights, config.compute());
        weights.train(name -> true);
        pool = LatentPool.open(config, model, listener);
        ids = Tensors.keep(PositionIds.grid(pool.side(), pool.side()));
        samples = new SceneSamples(config, sampler, listener);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return weights.trainable();
    }

    @Override
    public Loss loss(long step, Noise random) {
        int size = config.loop().batchSize();
        ObjectiveConfig objective = config.objective();
        LatentPool.Drawn drawn = pool.draw(size, random);
        FlowBatch batch = FlowBatch.of(drawn.tokens(), random, objective.timestepShift());
        float[] scales = new float[size];
        for (int i = 0; i < size; i++) {
            scales[i] = (float)
                    (objective.guidanceLow() + random.uniform() * (objective.guidanceHigh() - objective.guidanceLow()));
        }
        Tensor guidance = Tensors.ofFloats(scales, size);
        int length = text.length(random);
        TextEncoders.Encoded given = text.encode(drawn.texts(), drawn.descriptions(), length);
        Tensor target = Tensors.withoutGradients(() -> target(batch, given, length, guidance));
        Blocks blocks = Blocks.of(config.loop());
        FluxInputs inputs =
                new FluxInputs(batch.noisy(), ids, given.embeds(), given.pooled(), batch.timestep(), guidance);
        Tensor velocity = student.forward(inputs, null, blocks.runner());
        return new Loss(FlowBatch.error(velocity, target), size, Map.of(), blocks.backward());
    }

    /** What two evaluations of the teacher say together; both go through the network as one batch. */
    private Tensor target(FlowBatch batch, TextEncoders.Encoded given, int length, Tensor guidance) {
        int size = (int) guidance.size(0);
        List<String> nothing = Collections.nCopies(size, "");
        TextEncoders.Encoded none = text.encode(nothing, nothing, length);
        Tensor both = teacher.forward(new FluxInputs(
                twice(batch.noisy(), batch.noisy()),
                ids,
                twice(given.embeds(), none.embeds()),
                twice(given.pooled(), none.pooled()),
                twice(batch.timestep(), batch.timestep()),
                FlowBatch.constant(config.objective().guidance(), 2 * size)));
        Tensor with = both.narrow(0, 0, size).to(torch.ScalarType.Float);
        Tensor without = both.narrow(0, size, size).to(torch.ScalarType.Float);
        return without.add(with.sub(without).mul(guidance.reshape(size, 1, 1)));
    }

    private static Tensor twice(Tensor first, Tensor second) {
        return torch.cat(new TensorVector(first, second), 0);
    }

    @Override
    public void write(Path folder) {
        Path product = folder.resolve(StartingModel.PRODUCT);
        Products.weights(product, TransformerStage.COMPONENT, weights, config);
        model.copyTo(product);
    }

    @Override
    public List<Picture> samples(Path product) {
        return samples.draw(product.resolve(StartingModel.PRODUCT));
    }

    @Override
    public void close() {
        text.close();
        teacherWeights.close();
        weights.close();
        pool.close();
        Tensors.release(ids);
    }
}
