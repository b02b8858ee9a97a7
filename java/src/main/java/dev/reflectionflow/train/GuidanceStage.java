package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Parameters;
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
    private final FlowTraining flow;
    private final Parameters teacherWeights;
    private final FluxTransformer teacher;

    GuidanceStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        Path file = model.config(TransformerStage.COMPONENT);
        TransformerConfig shape = model.transformer();
        if (!shape.guidance()) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE, file + ": guidance_embeds is false; there is nothing to distil into");
        }
        flow = new FlowTraining(config, model, false, sampler, listener);
        teacherWeights = model.trained(TransformerStage.COMPONENT, ScalarType.Float);
        teacher = new FluxTransformer(shape, teacherWeights, config.compute());
        teacherWeights.train(name -> false);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return flow.weights();
    }

    @Override
    public Loss loss(long step, Noise random) {
        ObjectiveConfig objective = config.objective();
        LatentPool.Drawn drawn = flow.draw(random);
        FlowBatch batch = FlowBatch.of(drawn.tokens(), random, objective.timestepShift());
        float[] scales = new float[drawn.texts().size()];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float)
                    (objective.guidanceLow() + random.uniform() * (objective.guidanceHigh() - objective.guidanceLow()));
        }
        Tensor guidance = Tensors.ofFloats(scales, scales.length);
        int length = flow.text().length(random);
        TextEncoders.Encoded given = flow.text().encode(drawn.texts(), drawn.descriptions(), length);
        FluxInputs inputs = flow.inputs(batch, given, guidance);
        return flow.loss(inputs, Tensors.withoutGradients(() -> target(inputs, length)));
    }

    /** What two evaluations of the teacher say together; both go through the network as one batch. */
    private Tensor target(FluxInputs inputs, int length) {
        int size = (int) inputs.guidance().size(0);
        List<String> nothing = Collections.nCopies(size, "");
        TextEncoders.Encoded none = flow.text().encode(nothing, nothing, length);
        Tensor both = teacher.forward(new FluxInputs(
                twice(inputs.latents(), inputs.latents()),
                inputs.latentIds(),
                twice(inputs.promptEmbeds(), none.embeds()),
                twice(inputs.pooledProjections(), none.pooled()),
                twice(inputs.timestep(), inputs.timestep()),
                FlowBatch.constant(config.objective().guidance(), 2 * size)));
        Tensor with = both.narrow(0, 0, size).to(ScalarType.Float);
        Tensor without = both.narrow(0, size, size).to(ScalarType.Float);
        return without.add(with.sub(without).mul(inputs.guidance().reshape(size, 1, 1)));
    }

    private static Tensor twice(Tensor first, Tensor second) {
        return torch.cat(new TensorVector(first, second), 0);
    }

    @Override
    public void write(Path folder) {
        flow.write(folder);
    }

    @Override
    public List<Picture> samples(Path folder) {
        return flow.samples(folder);
    }

    @Override
    public void close() {
        flow.close();
        teacherWeights.close();
    }
}
