package dev.reflectionflow.train;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.train.data.Batch;
import dev.reflectionflow.train.data.DataPosition;
import dev.reflectionflow.train.data.SampleSource;
import dev.reflectionflow.train.data.SampleSources;
import dev.reflectionflow.train.nn.Compute;
import dev.reflectionflow.train.nn.FluxCondition;
import dev.reflectionflow.train.nn.FluxInputs;
import dev.reflectionflow.train.nn.FluxTransformer;
import dev.reflectionflow.train.nn.Lora;
import dev.reflectionflow.train.nn.Parameters;
import dev.reflectionflow.train.nn.PositionIds;
import dev.reflectionflow.train.nn.Tensors;
import dev.reflectionflow.weights.CorrectorUse;
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reflection tuning: a LoRA on the frozen transformer, that draws anew from a flawed picture, prompt and reflection. */
final class CorrectorStage implements Stage {
    static final String FILE = "pytorch_lora_weights.safetensors";

    private final TrainConfig config;
    private final TrainingListener listener;
    private final CorrectorInputs inputs;
    private final CorrectorSamples samples;
    private final Parameters base;
    private final FluxTransformer transformer;
    private final Lora lora;
    private final Tensor ids;
    private final Tensor conditionIds;
    private SampleSource source;
    private DataPosition position = DataPosition.START;

    CorrectorStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.listener = listener;
        // what can be wrong is found before large weights are read
        source = open(position);
        try {
            TransformerConfig shape = model.transformer();
            samples = new CorrectorSamples(config, model, sampler, listener);
            inputs = new CorrectorInputs(config, model);
            int side = side("target_size", config.dataset().targetSize());
            int conditionSide = side("condition_size", config.dataset().conditionSize());
            ids = Tensors.keep(PositionIds.grid(side, side));
            conditionIds = Tensors.keep(PositionIds.grid(conditionSide, conditionSide, -conditionSide));
            CorrectorConfig corrector = config.corrector();
            ScalarType type = config.compute() == Compute.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
            base = model.trained(TransformerStage.COMPONENT, type);
            transformer = new FluxTransformer(shape, base, config.compute());
            base.train(name -> false);
            lora = Lora.create(base, corrector.targetModules(), corrector.rank(), corrector.alpha(), config.seed());
            lora.parameters().train(name -> true);
            transformer.setLora(lora, corrector.use().latentLora());
        } catch (RuntimeException e) {
            // it may have a command running
            source.close();
            throw e;
        }
    }

    /** Tokens along a side of so many pixels. */
    private int side(String key, int pixels) {
        int each = inputs.pixelsPerToken();
        if (pixels % each != 0) {
            throw new EngineException(
                    ErrorCode.INVALID_FILE,
                    config.file() + ": train.dataset." + key + " (" + pixels + ") must be a multiple of " + each
                            + " for this model");
        }
        return pixels / each;
    }

    private SampleSource open(DataPosition from) {
        DatasetConfig data = config.dataset();
        return data.scenes()
                ? SampleSources.scenes(data.shards(config.seed()), from)
                : SampleSources.training(data.shards(config.seed()), from, listener::note);
    }

    @Override
    public Map<String, Tensor> parameters() {
        return lora.parameters().trainable();
    }

    @Override
    public Loss loss(long step, Noise random) {
        int size = config.loop().batchSize();
        Batch batch = source.next(step, size);
        position = batch.next();
        CorrectorInputs.Encoded given = inputs.encode(batch.samples(), random);
        FlowBatch flow =
                FlowBatch.of(given.latents(), random, config.objective().timestepShift());
        CorrectorUse how = config.corrector().use();
        FluxCondition condition =
                new FluxCondition(given.condition(), conditionIds, how.unionAttention(), how.addAttention(), 1, 0);
        Tensor guidance = transformer.config().guidance()
                ? FlowBatch.constant(config.objective().guidance(), size)
                : null;
        TextEncoders.Encoded texts = given.texts();
        FluxInputs in = new FluxInputs(flow.noisy(), ids, texts.embeds(), texts.pooled(), flow.timestep(), guidance);
        Blocks blocks = Blocks.of(config.loop());
        Tensor velocity = transformer.forward(in, condition, blocks.runner());
        return new Loss(FlowBatch.error(velocity, flow.velocity()), size, Map.of(), blocks.backward());
    }

    @Override
    public String position() {
        return position.toJson();
    }

    @Override
    public void restore(String text) {
        position = DataPosition.fromJson(text);
        source.close();
        source = open(position);
    }

    @Override
    public void write(Path folder) {
        lora.write(
                folder.resolve(FILE), config.stored(), config.corrector().use().metadata());
    }

    @Override
    public List<Picture> samples(Path folder) {
        return samples.draw(folder.resolve(FILE));
    }

    @Override
    public void close() {
        source.close();
        inputs.close();
        base.close();
        lora.close();
        Tensors.release(ids);
        Tensors.release(conditionIds);
    }
}
