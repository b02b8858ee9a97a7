package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.T5Config;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** T5's encoder with gated GELU: relative position biases, no mask, no scale in the attention. */
public final class T5Encoder {
    private static final String BIAS = "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";

    private final T5Config config;
    private final Tensor tokenTable; // (V, E)
    private final Tensor biasTable; // (buckets, H)
    private final List<T5Block> blocks = new ArrayList<>();
    private final RmsNorm finalNorm;

    /** An encoder over parameters, which are read or drawn here; errors as of {@link FluxTransformer}. */
    public T5Encoder(T5Config config, Parameters parameters, Compute compute) {
        this.config = config;
        boolean onlyCopy = !parameters.has("shared.weight") && parameters.has("encoder.embed_tokens.weight");
        String table = onlyCopy ? "encoder.embed_tokens.weight" : "shared.weight";
        tokenTable = parameters.take(table, Initial.normal(1), config.vocabulary(), config.width());
        biasTable = parameters.take(BIAS, Initial.scaled(config.width()), config.relativeBuckets(), config.heads());
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new T5Block(config, parameters, compute, "encoder.block." + i + ".layer."));
        }
        finalNorm = new RmsNorm(parameters, "encoder.final_layer_norm", config.width(), config.normEpsilon());
    }

    /** Encodes token ids (B, S), int64, to hidden states (B, S, E). */
    public Tensor forward(Tensor ids) {
        int tokens = (int) ids.size(1);
        Tensor x = torch.embedding(tokenTable, ids);
        Tensor buckets = Tensors.ofLongs(buckets(config, tokens), tokens, tokens);
        Tensor bias = torch.embedding(biasTable, buckets).permute(2, 0, 1).unsqueeze(0);
        for (T5Block block : blocks) {
            x = block.forward(x, bias);
        }
        return finalNorm.forward(x);
    }

    /** The bucket of every pair of query (row) and key: near distances have their own, far ones share on a log scale. */
    static long[] buckets(T5Config config, int tokens) {
        int half = config.relativeBuckets() / 2;
        int exact = half / 2;
        long[] buckets = new long[tokens * tokens];
        for (int query = 0; query < tokens; query++) {
            for (int key = 0; key < tokens; key++) {
                int distance = Math.abs(key - query);
                int bucket = distance;
                if (distance >= exact) {
                    // In float32, as the reference does: a boundary may fall either way.
                    float log = (float) Math.log((float) distance / exact);
                    float most = (float) Math.log((double) config.relativeMaxDistance() / exact);
                    bucket = Math.min(half - 1, exact + (int) (log / most * (half - exact)));
                }
                buckets[query * tokens + key] = bucket + (key > query ? half : 0);
            }
        }
        return buckets;
    }
}
