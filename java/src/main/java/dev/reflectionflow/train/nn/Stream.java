package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One stream of a double-stream block. */
final class Stream {
    private final Linear modulation;
    private final Heads heads;
    private final Linear out;
    private final Linear up;
    private final Linear down;

    /** @param names of the modulation, the attention's output and the feed-forward part */
    Stream(
            TransformerConfig config,
            Parameters parameters,
            Compute compute,
            String block,
            List<String> names,
            String... headNames) {
        int width = config.width();
        modulation = Linear.of(parameters, compute, block + names.get(0) + ".linear", width, 6L * width, Initial.ZERO);
        heads = new Heads(config, parameters, compute, block, headNames);
        out = Linear.of(parameters, compute, block + names.get(1), width, width);
        up = Linear.of(parameters, compute, block + names.get(2) + ".net.0.proj", width, config.feedForward());
        down = Linear.of(parameters, compute, block + names.get(2) + ".net.2", config.feedForward(), width);
    }

    /** Modulates rows (B, S, E) and projects them to heads. */
    Open open(Tensor rows, Tensor conditioning, Tensor turns, Lora lora) {
        Modulation[] parts = Modulation.split(modulation.forward(conditioning, lora), 2);
        return new Open(rows, parts[0], parts[1], heads.forward(parts[0].before(rows), turns, lora), lora);
    }

    static Heads.Projected[] heads(Open... streams) {
        return Arrays.stream(streams).map(open -> open.heads).toArray(Heads.Projected[]::new);
    }

    /** A stream's rows within the block. */
    final class Open {
        private final Tensor rows;
        private final Modulation attention;
        private final Modulation feedForward;
        private final Heads.Projected heads;
        private final Lora lora;

        private Open(Tensor rows, Modulation attention, Modulation feedForward, Heads.Projected heads, Lora lora) {
            this.rows = rows;
            this.attention = attention;
            this.feedForward = feedForward;
            this.heads = heads;
            this.lora = lora;
        }

        /** The rows with the attention's output added. */
        Tensor attended(Tensor output) {
            return attention.after(rows, out.forward(output, lora));
        }

        /** The attention's output as it would be added. */
        Tensor gated(Tensor output) {
            return attention.gate().mul(out.forward(output, lora));
        }

        /** x with the feed-forward part's output added. */
        Tensor fedForward(Tensor x) {
            Tensor inner = torch.gelu(up.forward(feedForward.before(x), lora), "tanh");
            return feedForward.after(x, down.forward(inner, lora));
        }
    }
}
