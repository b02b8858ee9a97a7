package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.T5Config;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One layer of T5's encoder. */
final class T5Block {
    private final RmsNorm norm1;
    private final TextAttention attention;
    private final RmsNorm norm2;
    private final Linear gate;
    private final Linear up;
    private final Linear down;

    T5Block(T5Config c, Parameters parameters, Compute compute, String name) {
        long inner = (long) c.heads() * c.headSize();
        String self = name + "0.SelfAttention.";
        String dense = name + "1.DenseReluDense.";
        Initial fromWidth = Initial.scaled(c.width());
        // Without a scale in the attention, queries begin small.
        Initial query = Initial.scaled((long) c.width() * c.headSize());
        norm1 = new RmsNorm(parameters, name + "0.layer_norm", c.width(), c.normEpsilon());
        Linear[] layers = {
            Linear.withoutBias(parameters, compute, self + "q", c.width(), inner, query),
            Linear.withoutBias(parameters, compute, self + "k", c.width(), inner, fromWidth),
            Linear.withoutBias(parameters, compute, self + "v", c.width(), inner, fromWidth),
            Linear.withoutBias(parameters, compute, self + "o", inner, c.width(), Initial.scaled(inner))
        };
        attention = new TextAttention(compute, layers, c.heads(), 1);
        norm2 = new RmsNorm(parameters, name + "1.layer_norm", c.width(), c.normEpsilon());
        gate = Linear.withoutBias(parameters, compute, dense + "wi_0", c.width(), c.feedForward(), fromWidth);
        up = Linear.withoutBias(parameters, compute, dense + "wi_1", c.width(), c.feedForward(), fromWidth);
        down = Linear.withoutBias(
                parameters, compute, dense + "wo", c.feedForward(), c.width(), Initial.scaled(c.feedForward()));
    }

    Tensor forward(Tensor x, Tensor bias) {
        Tensor attended = x.add(attention.forward(norm1.forward(x), bias));
        Tensor normed = norm2.forward(attended);
        Tensor inner = torch.gelu(gate.forward(normed), "tanh").mul(up.forward(normed));
        return attended.add(down.forward(inner));
    }
}
