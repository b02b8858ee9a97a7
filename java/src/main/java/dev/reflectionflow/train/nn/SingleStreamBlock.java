package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** All rows with the same weights; attention and feed-forward part side by side. */
final class SingleStreamBlock {
    private final Linear modulation;
    private final Heads heads;
    private final Linear up;
    private final Linear out;
    private final Compute compute;

    SingleStreamBlock(TransformerConfig config, Parameters parameters, Compute compute, int index) {
        String block = "single_transformer_blocks." + index + ".";
        int width = config.width();
        modulation = Linear.of(parameters, compute, block + "norm.linear", width, 3L * width, Initial.ZERO);
        heads = new Heads(
                config,
                parameters,
                compute,
                block,
                "attn.to_q",
                "attn.to_k",
                "attn.to_v",
                "attn.norm_q",
                "attn.norm_k");
        up = Linear.of(parameters, compute, block + "proj_mlp", width, config.feedForward());
        out = Linear.of(parameters, compute, block + "proj_out", (long) width + config.feedForward(), width);
        this.compute = compute;
    }

    /** Rows of text and image together and, where there is one, of the condition, each (B, S, E). */
    Tensor[] forward(Tensor[] rows, Tensor[] conditioning, FluxStep step) {
        Lora[] loras = {step.latentLora(), step.lora()};
        Tensor[] turns = {Tensors.concat(0, step.textTurns(), step.imageTurns()), step.conditionTurns()};
        Modulation[] modulations = new Modulation[rows.length];
        Tensor[] normed = new Tensor[rows.length];
        Heads.Projected[] projected = new Heads.Projected[rows.length];
        for (int i = 0; i < rows.length; i++) {
            modulations[i] = Modulation.split(modulation.forward(conditioning[i], loras[i]), 1)[0];
            normed[i] = modulations[i].before(rows[i]);
            projected[i] = heads.forward(normed[i], turns[i], loras[i]);
        }
        Tensor[] attended = JointAttention.forward(compute, step.bias(), projected);
        Tensor[] results = new Tensor[rows.length];
        for (int i = 0; i < rows.length; i++) {
            Tensor inner = torch.gelu(up.forward(normed[i], loras[i]), "tanh");
            Tensor output = out.forward(Tensors.concat(2, attended[i], inner), loras[i]);
            results[i] = modulations[i].after(rows[i], output);
        }
        return results;
    }
}
