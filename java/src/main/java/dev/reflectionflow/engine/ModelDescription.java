package dev.reflectionflow.engine;

import dev.reflectionflow.weights.AutoencoderConfig;
import dev.reflectionflow.weights.ClipConfig;
import dev.reflectionflow.weights.ModelWeights;
import dev.reflectionflow.weights.T5Config;
import dev.reflectionflow.weights.TransformerConfig;
import java.util.List;
import java.util.stream.Collectors;

/** A model's numbers as the lines that {@code native/src/engine_config.h} reads. */
final class ModelDescription {
    private final StringBuilder lines = new StringBuilder();

    private ModelDescription() {}

    static String of(ModelWeights model, ComputeSettings settings) {
        ModelDescription description = new ModelDescription();
        description.clip(model.clip());
        description.t5(model.t5());
        description.transformer(model.transformer());
        description.autoencoder(model.autoencoder());
        description.computing(settings);
        return description.lines.toString();
    }

    /** What is as the native engine has it by itself goes without saying. */
    private void computing(ComputeSettings settings) {
        put("type", settings.type().nativeName());
        put("threads", settings.threads());
        if (settings.device().cuda()) {
            put("device", settings.device());
        }
        if (!settings.offload().isEmpty()) {
            put("offload", list(settings.offload().stream().sorted().toList()));
        }
        if (settings.performance() != PerformanceMode.EXACT) {
            put("performance", settings.performance());
        }
        if (settings.cacheThreshold() > 0) {
            put("cache_threshold", settings.cacheThreshold());
        }
    }

    private void clip(ClipConfig clip) {
        put("clip.width", clip.width());
        put("clip.heads", clip.heads());
        put("clip.blocks", clip.layers());
        put("clip.mlp_width", clip.feedForward());
        put("clip.vocabulary", clip.vocabulary());
        put("clip.max_tokens", clip.positions());
        put("clip.quick_gelu", clip.quickGelu() ? 1 : 0);
        put("clip.eos_token_id", clip.eosToken());
        put("clip.norm_epsilon", clip.normEpsilon());
    }

    private void t5(T5Config t5) {
        put("t5.width", t5.width());
        put("t5.heads", t5.heads());
        put("t5.head_size", t5.headSize());
        put("t5.mlp_width", t5.feedForward());
        put("t5.blocks", t5.layers());
        put("t5.vocabulary", t5.vocabulary());
        put("t5.buckets", t5.relativeBuckets());
        put("t5.max_distance", t5.relativeMaxDistance());
        put("t5.norm_epsilon", t5.normEpsilon());
    }

    private void transformer(TransformerConfig flux) {
        put("transformer.double_blocks", flux.doubleBlocks());
        put("transformer.single_blocks", flux.singleBlocks());
        put("transformer.heads", flux.heads());
        put("transformer.head_size", flux.headSize());
        put("transformer.channels", flux.inChannels());
        put("transformer.text_width", flux.textWidth());
        put("transformer.pooled_width", flux.pooledWidth());
        put("transformer.guidance", flux.guidance() ? 1 : 0);
        put("transformer.rope_axes", list(flux.ropeAxes()));
    }

    private void autoencoder(AutoencoderConfig vae) {
        put("vae.channels", list(vae.blockChannels()));
        put("vae.latent_channels", vae.latentChannels());
        put("vae.groups", vae.normGroups());
        put("vae.resnets", vae.blockResnets());
        put("vae.scaling_factor", vae.scalingFactor());
        put("vae.shift_factor", vae.shiftFactor());
    }

    private void put(String key, Object value) {
        lines.append(key).append('=').append(value).append('\n');
    }

    private static String list(List<?> values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
