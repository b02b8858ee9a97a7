package dev.reflectionflow.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of the autoencoder as diffusers and BFL (after latent-diffusion) name them, and as we do: levels counted in
 * the order in which they are executed, which for BFL's decoder is the reverse of its numbers.
 */
final class AutoencoderNames {
    private static final Pattern UP_LEVEL = Pattern.compile("decoder\\.up\\.(\\d{1,3})\\.block\\..+");

    // Order matters: longer names before their prefixes.
    private static final Map<String, String> DIFFUSERS = new LinkedHashMap<>();
    private static final Map<String, String> BFL = new LinkedHashMap<>();

    static {
        DIFFUSERS.put("conv_norm_out", "norm_out");
        DIFFUSERS.put("mid_block.resnets.0.", "mid.resnet1.");
        DIFFUSERS.put("mid_block.resnets.1.", "mid.resnet2.");
        DIFFUSERS.put("mid_block.attentions.0.group_norm", "mid.attention.norm");
        DIFFUSERS.put("mid_block.attentions.0.to_q", "mid.attention.q");
        DIFFUSERS.put("mid_block.attentions.0.to_k", "mid.attention.k");
        DIFFUSERS.put("mid_block.attentions.0.to_v", "mid.attention.v");
        DIFFUSERS.put("mid_block.attentions.0.to_out.0", "mid.attention.out");
        DIFFUSERS.put("mid_block.attentions.0.query", "mid.attention.q");
        DIFFUSERS.put("mid_block.attentions.0.key", "mid.attention.k");
        DIFFUSERS.put("mid_block.attentions.0.value", "mid.attention.v");
        DIFFUSERS.put("mid_block.attentions.0.proj_attn", "mid.attention.out");
        DIFFUSERS.put("up_blocks.", "up.");
        DIFFUSERS.put("down_blocks.", "down.");
        DIFFUSERS.put(".upsamplers.0.conv.", ".upsample.");
        DIFFUSERS.put(".downsamplers.0.conv.", ".downsample.");
        DIFFUSERS.put(".conv_shortcut.", ".shortcut.");
        BFL.put("mid.block_1.", "mid.resnet1.");
        BFL.put("mid.block_2.", "mid.resnet2.");
        BFL.put("mid.attn_1.norm", "mid.attention.norm");
        BFL.put("mid.attn_1.proj_out", "mid.attention.out");
        BFL.put("mid.attn_1.", "mid.attention.");
        BFL.put(".block.", ".resnets.");
        BFL.put(".upsample.conv.", ".upsample.");
        BFL.put(".downsample.conv.", ".downsample.");
        BFL.put(".nin_shortcut.", ".shortcut.");
    }

    private AutoencoderNames() {}

    /** The number of decoder levels when the names are BFL's, else empty. */
    static Optional<Integer> bflLevels(Iterable<String> names) {
        int levels = 0;
        for (String name : names) {
            Matcher level = UP_LEVEL.matcher(name);
            if (level.matches()) {
                levels = Math.max(levels, Integer.parseInt(level.group(1)) + 1);
            }
        }
        return levels == 0 ? Optional.empty() : Optional.of(levels);
    }

    static String fromDiffusers(String name) {
        return "vae." + replaceAll(DIFFUSERS, name);
    }

    /** @param levels as found by {@link #bflLevels} */
    static String fromBfl(String name, int levels) {
        String ours = replaceAll(BFL, name);
        String[] words = ours.split("\\.", -1);
        if (ours.startsWith("decoder.up.") && words.length > 3 && words[2].matches("\\d{1,3}")) {
            int level = levels - 1 - Integer.parseInt(words[2]);
            ours = "decoder.up." + level + ours.substring("decoder.up.".length() + words[2].length());
        }
        return "vae." + ours;
    }

    private static String replaceAll(Map<String, String> table, String name) {
        String result = name;
        for (Map.Entry<String, String> entry : table.entrySet()) {
            result = result.replace(entry.getKey(), entry.getValue());
        }
        return result;
    }
}
