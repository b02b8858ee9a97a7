package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.AutoencoderConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/** Encoder or decoder: residual blocks at each resolution, with one attention at the smallest. */
final class AutoencoderHalf {
    /** The residual blocks of one resolution and what leads to the next, null at the last. */
    private record Level(List<ResnetBlock> resnets, Resampling resampling) {
        Tensor forward(Tensor x) {
            Tensor y = x;
            for (ResnetBlock resnet : resnets) {
                Tensor in = y;
                y = Tensors.scoped(() -> resnet.forward(in));
            }
            return resampling == null ? y : resampling.forward(y);
        }
    }

    private final boolean encoder;
    private final Convolution in;
    private final ResnetBlock middle1;
    private final ImageAttention attention;
    private final ResnetBlock middle2;
    private final List<Level> levels = new ArrayList<>();
    private final GroupNorm outNorm;
    private final Convolution out;

    private AutoencoderHalf(AutoencoderConfig c, Parameters parameters, Compute compute, boolean encoder) {
        this.encoder = encoder;
        String name = encoder ? "encoder." : "decoder.";
        int count = c.blockChannels().size();
        int outer = c.blockChannels().get(0);
        int inner = c.blockChannels().get(count - 1);
        in = new Convolution(
                parameters, compute, name + "conv_in", encoder ? 3 : c.latentChannels(), encoder ? outer : inner, 3);
        int channels = encoder ? outer : inner;
        for (int i = 0; i < count; i++) {
            int next = c.blockChannels().get(encoder ? i : count - 1 - i);
            levels.add(level(c, parameters, compute, i, channels, next));
            channels = next;
        }
        middle1 = new ResnetBlock(parameters, compute, name + "mid_block.resnets.0.", inner, inner, c.normGroups());
        attention = new ImageAttention(parameters, compute, name + "mid_block.attentions.0.", inner, c.normGroups());
        middle2 = new ResnetBlock(parameters, compute, name + "mid_block.resnets.1.", inner, inner, c.normGroups());
        outNorm = new GroupNorm(parameters, name + "conv_norm_out", channels, c.normGroups());
        out = new Convolution(
                parameters, compute, name + "conv_out", channels, encoder ? 2 * c.latentChannels() : 3, 3);
    }

    static AutoencoderHalf encoder(AutoencoderConfig config, Parameters parameters, Compute compute) {
        return new AutoencoderHalf(config, parameters, compute, true);
    }

    static AutoencoderHalf decoder(AutoencoderConfig config, Parameters parameters, Compute compute) {
        return new AutoencoderHalf(config, parameters, compute, false);
    }

    private Level level(
            AutoencoderConfig c, Parameters parameters, Compute compute, int index, int channels, int next) {
        String name = (encoder ? "encoder.down_blocks." : "decoder.up_blocks.") + index + ".";
        List<ResnetBlock> resnets = new ArrayList<>();
        for (int j = 0; j < c.blockResnets() + (encoder ? 0 : 1); j++) {
            int from = j == 0 ? channels : next;
            resnets.add(new ResnetBlock(parameters, compute, name + "resnets." + j + ".", from, next, c.normGroups()));
        }
        boolean last = index == c.blockChannels().size() - 1;
        String layer = name + (encoder ? "downsamplers" : "upsamplers") + ".0.conv";
        Resampling resampling = last ? null : new Resampling(parameters, compute, layer, next, encoder);
        return new Level(resnets, resampling);
    }

    /** x (B, C, h, w), channels last in memory within. */
    Tensor forward(Tensor x) {
        Tensor y = in.forward(x.contiguous(MemoryFormat.ChannelsLast));
        if (encoder) {
            y = levels(y);
        }
        y = middle2.forward(attention.forward(middle1.forward(y)));
        if (!encoder) {
            y = levels(y);
        }
        return out.forward(torch.silu(outNorm.forward(y)));
    }

    private Tensor levels(Tensor x) {
        Tensor y = x;
        for (Level level : levels) {
            y = level.forward(y);
        }
        return y;
    }
}
