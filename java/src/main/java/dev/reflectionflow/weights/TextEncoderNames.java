package dev.reflectionflow.weights;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The weights of the two text encoders as transformers names them, and as we do. */
final class TextEncoderNames {
    private static final Pattern CLIP_LAYER = Pattern.compile("encoder\\.layers\\.(\\d{1,4})\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> CLIP_MODULES = Map.of(
            "layer_norm1", "norm1",
            "self_attn.q_proj", "q",
            "self_attn.k_proj", "k",
            "self_attn.v_proj", "v",
            "self_attn.out_proj", "out",
            "layer_norm2", "norm2",
            "mlp.fc1", "up",
            "mlp.fc2", "down");
    private static final Map<String, String> CLIP_SINGLES = Map.of(
            "embeddings.token_embedding.weight", "clip.token_embedding.weight",
            "embeddings.position_embedding.weight", "clip.position_embedding.weight",
            "final_layer_norm.weight", "clip.final_norm.weight",
            "final_layer_norm.bias", "clip.final_norm.bias");

    private static final Pattern T5_LAYER = Pattern.compile("encoder\\.block\\.(\\d{1,4})\\.layer\\.(.+)\\.weight");
    private static final Map<String, String> T5_MODULES = Map.of(
            "0.layer_norm", "norm1",
            "0.SelfAttention.q", "q",
            "0.SelfAttention.k", "k",
            "0.SelfAttention.v", "v",
            "0.SelfAttention.o", "out",
            "1.layer_norm", "norm2",
            "1.DenseReluDense.wi_0", "gate",
            "1.DenseReluDense.wi_1", "up",
            "1.DenseReluDense.wo", "down");
    private static final Map<String, String> T5_SINGLES = Map.of(
            "shared.weight", "t5.token_embedding.weight",
            "encoder.embed_tokens.weight", "t5.token_embedding.weight",
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", "t5.relative_bias.weight",
            "encoder.final_layer_norm.weight", "t5.final_norm.weight");

    private TextEncoderNames() {}

    /** Our name for a CLIP weight. */
    static Optional<String> clip(String name) {
        String bare = name.startsWith("text_model.") ? name.substring("text_model.".length()) : name;
        Matcher layer = CLIP_LAYER.matcher(bare);
        if (layer.matches()) {
            return Optional.ofNullable(CLIP_MODULES.get(layer.group(2)))
                    .map(module -> "clip.blocks." + layer.group(1) + "." + module + "." + layer.group(3));
        }
        return Optional.ofNullable(CLIP_SINGLES.get(bare));
    }

    /** Our name for a T5 weight. */
    static Optional<String> t5(String name) {
        Matcher layer = T5_LAYER.matcher(name);
        if (layer.matches() && T5_MODULES.containsKey(layer.group(2))) {
            return Optional.of("t5.blocks." + layer.group(1) + "." + T5_MODULES.get(layer.group(2)) + ".weight");
        }
        return Optional.ofNullable(T5_SINGLES.get(name));
    }
}
