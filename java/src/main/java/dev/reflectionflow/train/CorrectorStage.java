package dev.reflectionflow.train;

import dev.reflectionflow.GenerationRequest;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.train.data.Batch;
import dev.reflectionflow.train.data.DataPosition;
import dev.reflectionflow.train.data.Sample;
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
import dev.reflectionflow.weights.TransformerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Reflection tuning: a LoRA on the frozen transformer, that draws anew from a flawed picture, prompt and reflection. */
final class CorrectorStage implements Stage {
    static final String FILE = "pytorch_lora_weights.safetensors";
    private static final int SHOWN = 16;

    private final TrainConfig config;
    private final StartingModel model;
    private final Sampler sampler;
    private final TrainingListener listener;
    private final FrozenAutoencoder autoencoder;
    private final TextEncoders text;
    private final Parameters base;
    private final FluxTransformer transformer;
    private final Lora lora;
    private final Tensor ids;
    private final Tensor conditionIds;
    private SampleSource source;
    private DataPosition position = DataPosition.START;

    CorrectorStage(TrainConfig config, StartingModel model, Sampler sampler, TrainingListener listener) {
        this.config = config;
        this.model = model;
        this.sampler = sampler;
        this.listener = listener;
        CorrectorConfig corrector = config.corrector();
        DatasetConfig data = config.dataset();
        autoencoder = new FrozenAutoencoder(model, config.compute());
        text = new TextEncoders(model, config, false);
        ScalarType type = config.compute() == Compute.BFLOAT16 ? ScalarType.BFloat16 : ScalarType.Float;
        base = model.trained(TransformerStage.COMPONENT, type);
        TransformerConfig shape = TransformerConfig.read(model.config(TransformerStage.COMPONENT));
        transformer = new FluxTransformer(shape, base, config.compute());
        base.train(name -> false);
        lora = Lora.create(base, corrector.targetModules(), corrector.rank(), corrector.alpha(), config.seed());
        lora.parameters().train(name -> true);
        transformer.setLora(lora, corrector.latentLora());
        int side = autoencoder.side(data.targetSize());
        int conditionSide = autoencoder.side(data.conditionSize());
        ids = Tensors.keep(PositionIds.grid(side, side));
        conditionIds = Tensors.keep(PositionIds.grid(conditionSide, conditionSide, -conditionSide));
        source = open(position);
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
        List<RgbImage> images = new ArrayList<>();
        List<RgbImage> conditions = new ArrayList<>();
        List<String> prompts = new ArrayList<>();
        List<String> descriptions = new ArrayList<>();
        for (Sample sample : batch.samples()) {
            images.add(sample.image());
            conditions.add(sample.condition().orElse(sample.image()));
            prompts.add(sample.prompt());
            descriptions.add(sample.description());
        }
        FlowBatch flow = FlowBatch.of(
                autoencoder.tokens(images, random), random, config.objective().timestepShift());
        Tensor seen = autoencoder.tokens(conditions, random);
        TextEncoders.Encoded encoded = text.encode(prompts, descriptions, text.length(random));
        CorrectorConfig how = config.corrector();
        FluxCondition condition = new FluxCondition(seen, conditionIds, how.unionAttention(), how.addAttention(), 1, 0);
        Tensor guidance = transformer.config().guidance()
                ? FlowBatch.constant(config.objective().guidance(), size)
                : null;
        FluxInputs inputs =
                new FluxInputs(flow.noisy(), ids, encoded.embeds(), encoded.pooled(), flow.timestep(), guidance);
        Blocks blocks = Blocks.of(config.loop());
        Tensor velocity = transformer.forward(inputs, condition, blocks.runner());
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
        lora.write(folder.resolve(FILE), config.stored());
    }

    /** Corrections of pictures that training never sees. */
    @Override
    public List<Picture> samples(Path product) {
        List<Sample> given = unseen();
        List<GenerationRequest> requests = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            requests.add(request(given.get(i), config.samples().seed() + i));
        }
        List<RgbImage> images = sampler.draw(model.folder().toString(), Optional.of(product.resolve(FILE)), requests);
        List<Picture> all = new ArrayList<>();
        List<Picture> corrected = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            String name = String.format("%03d", i);
            Sample sample = given.get(i);
            sample.condition().ifPresent(flawed -> all.add(new Picture(name + "-given", sample.prompt(), flawed)));
            corrected.add(new Picture(name + "-corrected", sample.prompt(), images.get(i)));
            all.add(corrected.get(i));
        }
        SceneJudge.note(corrected, listener);
        return all;
    }

    private List<Sample> unseen() {
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
        CorrectorConfig how = config.corrector();
        sample.condition()
                .ifPresent(image -> request.condition(new GenerationRequest.Condition(
                        image, 1, how.unionAttention(), how.addAttention(), how.latentLora(), 0, 1)));
        config.samples().steps().ifPresent(request::steps);
        config.samples().guidance().ifPresent(request::guidance);
        return request.build();
    }

    @Override
    public void close() {
        source.close();
        autoencoder.close();
        text.close();
        base.close();
        lora.close();
        Tensors.release(ids);
        Tensors.release(conditionIds);
    }
}
