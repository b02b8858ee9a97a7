package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.TransformerConfig;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Queries, keys and values of some tokens, each (B, S, H, D): linear layers, QK norm, rotary positions. */
final class Heads {
    record Projected(Tensor query, Tensor key, Tensor value) {}

    private static final double EPSILON = 1e-6;

    private final Linear toQuery;
    private final Linear toKey;
    private final Linear toValue;
    private final RmsNorm queryNorm;
    private final RmsNorm keyNorm;
    private final int headSize;

    /** @param names of the layers for query, key and value, then of the norms for query and key */
    Heads(TransformerConfig config, Parameters parameters, Compute compute, String prefix, String... names) {
        int width = config.width();
        toQuery = Linear.of(parameters, compute, prefix + names[0], width, width);
        toKey = Linear.of(parameters, compute, prefix + names[1], width, width);
        toValue = Linear.of(parameters, compute, prefix + names[2], width, width);
        queryNorm = new RmsNorm(parameters, prefix + names[3], config.headSize(), EPSILON);
        keyNorm = new RmsNorm(parameters, prefix + names[4], config.headSize(), EPSILON);
        headSize = config.headSize();
    }

    Projected forward(Tensor x, Tensor turns, Lora lora) {
        Tensor query = queryNorm.forward(heads(toQuery.forward(x, lora)).to(turnsType(turns)));
        Tensor key = keyNorm.forward(heads(toKey.forward(x, lora)).to(turnsType(turns)));
        Tensor value = heads(toValue.forward(x, lora));
        return new Projected(Rope.apply(query, turns), Rope.apply(key, turns), value);
    }

    private Tensor heads(Tensor x) {
        return x.unflatten(-1, -1, headSize);
    }

    private static torch.ScalarType turnsType(Tensor turns) {
        return torch.real(turns).scalar_type().intern();
    }
}
