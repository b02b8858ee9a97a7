package dev.reflectionflow.train;

import dev.reflectionflow.weights.CorrectorUse;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The corrector's LoRA.
 *
 * @param use how the condition tokens meet the rest
 * @param rank of the LoRA
 * @param alpha over rank is the LoRA's scale
 * @param targetModules names of the layers that it changes, as a regular expression
 */
public record CorrectorConfig(CorrectorUse use, int rank, double alpha, String targetModules) {
    /** The published layers: 343 of FLUX.1-dev's. */
    public static final String PUBLISHED_TARGETS = "(.*x_embedder"
            + "|.*(?<!single_)transformer_blocks\\.[0-9]+\\.(norm1\\.linear|attn\\.to_(k|q|v)|attn\\.to_out\\.0|ff\\.net\\.2)"
            + "|.*single_transformer_blocks\\.[0-9]+\\.(norm\\.linear|proj_mlp|proj_out|attn.to_(k|q|v|out)))";

    static CorrectorConfig read(ConfigTree tree) {
        int rank = tree.integer("train.lora_config.r", 1, 32);
        if (!tree.text("train.lora_config.init_lora_weights", "gaussian").equals("gaussian")) {
            throw tree.bad("train.lora_config.init_lora_weights", "is not supported; only gaussian is");
        }
        return new CorrectorConfig(
                new CorrectorUse(
                        tree.flag("model.union_cond_attn", CorrectorUse.RELEASED.unionAttention()),
                        tree.flag("model.add_cond_attn", CorrectorUse.RELEASED.addAttention()),
                        tree.flag("model.latent_lora", CorrectorUse.RELEASED.latentLora())),
                rank,
                tree.number("train.lora_config.lora_alpha", 1e-6, 1e6, rank),
                targets(tree));
    }

    private static String targets(ConfigTree tree) {
        String key = "train.lora_config.target_modules";
        String pattern = tree.text(key, PUBLISHED_TARGETS);
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw tree.bad(key, "is no regular expression: " + e.getDescription());
        }
        return pattern;
    }
}
