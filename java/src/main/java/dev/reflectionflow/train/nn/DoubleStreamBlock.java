package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Text and image with weights of their own, joined in one attention; a condition goes with the image's weights. */
final class DoubleStreamBlock {
    private final Stream text;
    private final Stream image;
    private final Compute compute;

    DoubleStreamBlock(TransformerConfig config, Parameters parameters, Compute compute, int index) {
        String block = "transformer_blocks." + index + ".";
        text = new Stream(
                config,
                parameters,
                compute,
                block,
                List.of("norm1_context", "attn.to_add_out", "ff_context"),
                "attn.add_q_proj",
                "attn.add_k_proj",
                "attn.add_v_proj",
                "attn.norm_added_q",
                "attn.norm_added_k");
        image = new Stream(
                config,
                parameters,
                compute,
                block,
                List.of("norm1", "attn.to_out.0", "ff"),
                "attn.to_q",
                "attn.to_k",
                "attn.to_v",
                "attn.norm_q",
                "attn.norm_k");
        this.compute = compute;
    }

    /** Rows of text, image and, where there is one, condition, each (B, S, E). */
    Tensor[] forward(Tensor[] rows, Tensor[] conditioning, FluxStep step) {
        Stream.Open[] open = new Stream.Open[rows.length];
        open[0] = text.open(rows[0], conditioning[0], step.textTurns(), step.latentLora());
        open[1] = image.open(rows[1], conditioning[0], step.imageTurns(), step.latentLora());
        if (rows.length > 2) {
            open[2] = image.open(rows[2], conditioning[1], step.conditionTurns(), step.lora());
        }
        Tensor[] attended = JointAttention.forward(compute, step.bias(), Stream.heads(open));
        Tensor[] results = new Tensor[rows.length];
        for (int i = 0; i < rows.length; i++) {
            results[i] = open[i].attended(attended[i]);
        }
        if (step.addAttention()) {
            results[1] = results[1].add(open[2].gated(attended[2]));
        }
        for (int i = 0; i < rows.length; i++) {
            results[i] = open[i].fedForward(results[i]);
        }
        return results;
    }
}
