package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.ClipConfig;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One layer of CLIP's text encoder. */
final class ClipBlock {
    private final LayerNorm norm1;
    private final TextAttention attention;
    private final LayerNorm norm2;
    private final Linear up;
    private final Linear down;
    private final boolean quickGelu;

    ClipBlock(ClipConfig config, Parameters parameters, Compute compute, String name) {
        int width = config.width();
        norm1 = new LayerNorm(parameters, name + "layer_norm1", width, config.normEpsilon());
        String[] layers = new String[] {"q_proj", "k_proj", "v_proj", "out_proj"};
        Linear[] linears = new Linear[layers.length];
        for (int i = 0; i < layers.length; i++) {
            linears[i] = Linear.of(parameters, compute, name + "self_attn." + layers[i], width, width);
        }
        double scale = 1 / Math.sqrt((double) width / config.heads());
        attention = new TextAttention(compute, linears, config.heads(), scale);
        norm2 = new LayerNorm(parameters, name + "layer_norm2", width, config.normEpsilon());
        up = Linear.of(parameters, compute, name + "mlp.fc1", width, config.feedForward());
        down = Linear.of(parameters, compute, name + "mlp.fc2", config.feedForward(), width);
        quickGelu = config.quickGelu();
    }

    Tensor forward(Tensor x, Tensor causal) {
        Tensor attended = x.add(attention.forward(norm1.forward(x), causal));
        Tensor inner = up.forward(norm2.forward(attended));
        Tensor active = quickGelu ? inner.mul(inner.mul(Tensors.scalar(1.702)).sigmoid()) : torch.gelu(inner);
        return attended.add(down.forward(active));
    }
}
