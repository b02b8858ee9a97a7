package dev.reflectionflow.train.nn;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The FLUX transformer: double-stream blocks, then single-stream blocks, over text, image and condition tokens. */
public final class FluxTransformer {
    private final TransformerConfig config;
    private final Compute compute;
    private final Linear imageIn;
    private final Linear textIn;
    private final Embedders embedders;
    private final List<DoubleStreamBlock> doubleBlocks = new ArrayList<>();
    private final List<SingleStreamBlock> singleBlocks = new ArrayList<>();
    private final Linear finalModulation;
    private final Linear finalOut;

    private Lora lora;
    private boolean loraOnLatents;

    /**
     * A transformer over parameters, which are read or drawn here.
     *
     * @throws EngineException {@code INVALID_FILE} when one is missing or of another shape
     */
    public FluxTransformer(TransformerConfig config, Parameters parameters, Compute compute) {
        this.config = config;
        this.compute = compute;
        int width = config.width();
        imageIn = Linear.of(parameters, compute, "x_embedder", config.inChannels(), width);
        textIn = Linear.of(parameters, compute, "context_embedder", config.textWidth(), width);
        embedders = new Embedders(config, parameters, compute);
        for (int i = 0; i < config.doubleBlocks(); i++) {
            doubleBlocks.add(new DoubleStreamBlock(config, parameters, compute, i));
        }
        for (int i = 0; i < config.singleBlocks(); i++) {
            singleBlocks.add(new SingleStreamBlock(config, parameters, compute, i));
        }
        finalModulation = Linear.of(parameters, compute, "norm_out.linear", width, 2L * width, Initial.ZERO);
        finalOut = Linear.of(parameters, compute, "proj_out", width, config.outChannels(), Initial.ZERO);
    }

    /**
     * Sets the LoRA, null for none.
     *
     * @param onLatents whether it also acts on text and image tokens, not on the condition's only
     */
    public void setLora(Lora newLora, boolean onLatents) {
        lora = newLora;
        loraOnLatents = onLatents;
    }

    /** The shape of this transformer. */
    public TransformerConfig config() {
        return config;
    }

    /** The velocity (B, S_img, C) of a batch without a condition. */
    public Tensor forward(FluxInputs in) {
        return forward(in, null, BlockRunner::plain);
    }

    /**
     * The velocity (B, S_img, C).
     *
     * @param condition an earlier image, or null
     * @param runner how blocks are run
     * @throws EngineException {@code INVALID_ARGUMENT} for added attention with another number of tokens
     */
    public Tensor forward(FluxInputs in, FluxCondition condition, BlockRunner runner) {
        FluxStep step = step(in, condition);
        Tensor image = imageIn.forward(in.latents(), step.latentLora());
        Tensor text = textIn.forward(in.promptEmbeds(), step.latentLora());
        Tensor conditioning = torch.silu(embedders.forward(in.timestep(), in.guidance(), in.pooledProjections()));
        Tensor[] rows = {text, image};
        Tensor[] conditionings = {conditioning};
        if (condition != null) {
            rows = new Tensor[] {text, image, imageIn.forward(condition.latents(), lora)};
            conditionings = new Tensor[] {conditioning, conditionConditioning(in, condition)};
        }

        for (int i = 0; i < doubleBlocks.size(); i++) {
            DoubleStreamBlock block = doubleBlocks.get(i);
            rows = runner.run("double." + i, (x, c) -> block.forward(x, c, step), rows, conditionings);
        }
        Tensor joined = Tensors.concat(1, rows[0], rows[1]);
        rows = condition == null ? new Tensor[] {joined} : new Tensor[] {joined, rows[2]};
        for (int i = 0; i < singleBlocks.size(); i++) {
            SingleStreamBlock block = singleBlocks.get(i);
            rows = runner.run("single." + i, (x, c) -> block.forward(x, c, step), rows, conditionings);
        }

        long textTokens = text.size(1);
        Tensor latents = rows[0].narrow(1, textTokens, rows[0].size(1) - textTokens);
        return runner.run("final", (x, c) -> velocity(x[0], c[0], step), new Tensor[] {latents}, conditionings)[0];
    }

    /** The last layer. Its modulation holds the scale first, unlike the blocks'. */
    private Tensor[] velocity(Tensor latents, Tensor conditioning, FluxStep step) {
        Tensor modulation = finalModulation.forward(conditioning, step.latentLora());
        TensorVector chunks = modulation.unsqueeze(1).chunk(2, 2);
        Tensor normed = Modulation.modulate(latents, chunks.get(1), chunks.get(0));
        return new Tensor[] {finalOut.forward(normed, step.latentLora())};
    }

    /** The corrector was trained with a guidance of 1 on its condition tokens, whatever the image's. */
    private Tensor conditionConditioning(FluxInputs in, FluxCondition condition) {
        Tensor timestep = torch.full_like(in.timestep(), Tensors.scalar(condition.timestep()));
        return torch.silu(embedders.forward(timestep, torch.ones_like(in.timestep()), in.pooledProjections()));
    }

    private FluxStep step(FluxInputs in, FluxCondition condition) {
        ScalarType type = in.timestep().scalar_type().intern();
        Tensor textIds = torch.zeros(new long[] {in.promptEmbeds().size(1), 3}, Tensors.options(ScalarType.Float));
        Tensor textTurns = Rope.turns(config, textIds, type);
        Tensor imageTurns = Rope.turns(config, in.latentIds(), type);
        Lora latentLora = loraOnLatents ? lora : null;
        if (condition == null) {
            return new FluxStep(textTurns, imageTurns, null, null, false, lora, latentLora);
        }
        long tokens = condition.latents().size(1);
        if (condition.addAttention() && tokens != in.latents().size(1)) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    "added condition attention needs as many condition tokens as image tokens, " + tokens + " are not "
                            + in.latents().size(1));
        }
        long rest = in.promptEmbeds().size(1) + in.latents().size(1);
        return new FluxStep(
                textTurns,
                imageTurns,
                Rope.turns(config, condition.ids(), type),
                bias(rest, tokens, condition.bias()),
                condition.addAttention(),
                lora,
                latentLora);
    }

    private static Tensor bias(long rest, long tokens, double between) {
        if (between == 0) {
            return null;
        }
        Tensor bias = torch.zeros(new long[] {rest + tokens, rest + tokens}, Tensors.options(ScalarType.Float));
        bias.narrow(0, 0, rest).narrow(1, rest, tokens).fill_(Tensors.scalar(between));
        bias.narrow(0, rest, tokens).narrow(1, 0, rest).fill_(Tensors.scalar(between));
        return bias;
    }
}
