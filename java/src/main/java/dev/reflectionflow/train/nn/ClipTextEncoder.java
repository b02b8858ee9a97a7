package dev.reflectionflow.train.nn;

import dev.reflectionflow.weights.ClipConfig;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** CLIP's text encoder: causal attention, one row pooled. */
public final class ClipTextEncoder {
    /** A historical mistake in published files: with this id the largest id's row is pooled. */
    private static final int LEGACY_EOS = 2;

    private static final double TABLE_DEVIATION = 0.02;

    /**
     * What it says of a batch of prompts.
     *
     * @param hidden every token (B, S, E)
     * @param pooled the whole prompt (B, E)
     */
    public record Output(Tensor hidden, Tensor pooled) {}

    private final ClipConfig config;
    private final Tensor tokenTable; // (V, E)
    private final Tensor positionTable; // (P, E)
    private final List<ClipBlock> blocks = new ArrayList<>();
    private final LayerNorm finalNorm;

    /** An encoder over parameters, which are read or drawn here; errors as of {@link FluxTransformer}. */
    public ClipTextEncoder(ClipConfig config, Parameters parameters, Compute compute) {
        this.config = config;
        boolean bare = parameters.has("embeddings.token_embedding.weight");
        String prefix = bare ? "" : "text_model.";
        Initial table = Initial.normal(TABLE_DEVIATION);
        tokenTable = parameters.take(
                prefix + "embeddings.token_embedding.weight", table, config.vocabulary(), config.width());
        positionTable = parameters.take(
                prefix + "embeddings.position_embedding.weight", table, config.positions(), config.width());
        for (int i = 0; i < config.layers(); i++) {
            blocks.add(new ClipBlock(config, parameters, compute, prefix + "encoder.layers." + i + "."));
        }
        finalNorm = new LayerNorm(parameters, prefix + "final_layer_norm", config.width(), config.normEpsilon());
    }

    /** Encodes token ids (B, S), int64. */
    public Output forward(Tensor ids) {
        long tokens = ids.size(1);
        Tensor x = torch.embedding(tokenTable, ids).add(positionTable.narrow(0, 0, tokens));
        Tensor causal = torch.full(
                        new long[] {tokens, tokens},
                        Tensors.scalar(Double.NEGATIVE_INFINITY),
                        Tensors.options(ScalarType.Float))
                .triu(1);
        for (ClipBlock block : blocks) {
            x = block.forward(x, causal);
        }
        Tensor hidden = finalNorm.forward(x);
        Tensor key = config.eosToken() == LEGACY_EOS
                ? ids
                : ids.eq(Tensors.scalar(config.eosToken())).to(ScalarType.Int);
        Tensor last = key.argmax(new LongOptional(1), true).unsqueeze(-1).expand(-1, -1, config.width());
        return new Output(hidden, hidden.gather(1, last).squeeze(1));
    }
}
