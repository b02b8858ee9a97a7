package dev.reflectionflow.weights;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The layers of a FLUX transformer as diffusers, Black Forest Labs (BFL) and kohya name them, and as we do.
 *
 * <p>A fused layer maps to several of ours; its rows are split by their shares.
 */
final class ModuleNames {
    /** A layer of ours and its share of the fused layer's rows. */
    record Part(String name, int share) {}

    private static final Pattern BLOCK = Pattern.compile(
            "(transformer_blocks|single_transformer_blocks|double_blocks|single_blocks)[._](\\d{1,4})[._](.+)");

    // Theirs, then ours; "name*4" has four times the rows of its neighbours.
    private static final String TABLE = """
            x_embedder image_in
            context_embedder text_in
            proj_out final.out
            norm_out.linear final.scale final.shift
            time_text_embed.timestep_embedder.linear_1 time_in.in
            time_text_embed.timestep_embedder.linear_2 time_in.out
            time_text_embed.guidance_embedder.linear_1 guidance_in.in
            time_text_embed.guidance_embedder.linear_2 guidance_in.out
            time_text_embed.text_embedder.linear_1 pooled_in.in
            time_text_embed.text_embedder.linear_2 pooled_in.out
            transformer_blocks.#.norm1.linear double.#.image.modulation
            transformer_blocks.#.norm1_context.linear double.#.text.modulation
            transformer_blocks.#.attn.to_q double.#.image.q
            transformer_blocks.#.attn.to_k double.#.image.k
            transformer_blocks.#.attn.to_v double.#.image.v
            transformer_blocks.#.attn.to_out.0 double.#.image.out
            transformer_blocks.#.attn.add_q_proj double.#.text.q
            transformer_blocks.#.attn.add_k_proj double.#.text.k
            transformer_blocks.#.attn.add_v_proj double.#.text.v
            transformer_blocks.#.attn.to_add_out double.#.text.out
            transformer_blocks.#.attn.norm_q double.#.image.q_norm
            transformer_blocks.#.attn.norm_k double.#.image.k_norm
            transformer_blocks.#.attn.norm_added_q double.#.text.q_norm
            transformer_blocks.#.attn.norm_added_k double.#.text.k_norm
            transformer_blocks.#.ff.net.0.proj double.#.image.up
            transformer_blocks.#.ff.net.2 double.#.image.down
            transformer_blocks.#.ff_context.net.0.proj double.#.text.up
            transformer_blocks.#.ff_context.net.2 double.#.text.down
            single_transformer_blocks.#.norm.linear single.#.modulation
            single_transformer_blocks.#.attn.to_q single.#.q
            single_transformer_blocks.#.attn.to_k single.#.k
            single_transformer_blocks.#.attn.to_v single.#.v
            single_transformer_blocks.#.attn.norm_q single.#.q_norm
            single_transformer_blocks.#.attn.norm_k single.#.k_norm
            single_transformer_blocks.#.proj_mlp single.#.up
            single_transformer_blocks.#.proj_out single.#.out
            img_in image_in
            txt_in text_in
            final_layer.linear final.out
            final_layer.adaLN_modulation.1 final.shift final.scale
            time_in.in_layer time_in.in
            time_in.out_layer time_in.out
            guidance_in.in_layer guidance_in.in
            guidance_in.out_layer guidance_in.out
            vector_in.in_layer pooled_in.in
            vector_in.out_layer pooled_in.out
            double_blocks.#.img_mod.lin double.#.image.modulation
            double_blocks.#.txt_mod.lin double.#.text.modulation
            double_blocks.#.img_attn.qkv double.#.image.q double.#.image.k double.#.image.v
            double_blocks.#.txt_attn.qkv double.#.text.q double.#.text.k double.#.text.v
            double_blocks.#.img_attn.proj double.#.image.out
            double_blocks.#.txt_attn.proj double.#.text.out
            double_blocks.#.img_attn.norm.query_norm double.#.image.q_norm
            double_blocks.#.img_attn.norm.key_norm double.#.image.k_norm
            double_blocks.#.txt_attn.norm.query_norm double.#.text.q_norm
            double_blocks.#.txt_attn.norm.key_norm double.#.text.k_norm
            double_blocks.#.img_mlp.0 double.#.image.up
            double_blocks.#.img_mlp.2 double.#.image.down
            double_blocks.#.txt_mlp.0 double.#.text.up
            double_blocks.#.txt_mlp.2 double.#.text.down
            single_blocks.#.modulation.lin single.#.modulation
            single_blocks.#.linear1 single.#.q single.#.k single.#.v single.#.up*4
            single_blocks.#.linear2 single.#.out
            single_blocks.#.norm.query_norm single.#.q_norm
            single_blocks.#.norm.key_norm single.#.k_norm
            """;

    private static final Map<String, String[]> DOTTED = new HashMap<>();
    private static final Map<String, String[]> UNDERSCORED = new HashMap<>();

    static {
        TABLE.lines().forEach(line -> {
            String[] words = line.split(" ");
            DOTTED.put(words[0], words);
            UNDERSCORED.put(words[0].replace('.', '_'), words);
        });
    }

    private ModuleNames() {}

    /** Our layers for a layer's name with dots; empty for a stranger. */
    static List<Part> ofDotted(String module) {
        return parts(DOTTED, module, '.');
    }

    /** The same for names in which every dot has become an underscore (kohya's sd-scripts). */
    static List<Part> ofUnderscored(String module) {
        return parts(UNDERSCORED, module, '_');
    }

    private static List<Part> parts(Map<String, String[]> table, String module, char separator) {
        Matcher block = BLOCK.matcher(module);
        boolean inBlock = block.matches();
        String key = inBlock ? block.group(1) + separator + "#" + separator + block.group(3) : module;
        String[] words = table.get(key);
        List<Part> parts = new ArrayList<>();
        for (int i = 1; words != null && i < words.length; i++) {
            String[] nameAndShare = words[i].split("\\*", 2);
            String name = inBlock ? nameAndShare[0].replace("#", block.group(2)) : nameAndShare[0];
            parts.add(
                    new Part("transformer." + name, nameAndShare.length == 1 ? 1 : Integer.parseInt(nameAndShare[1])));
        }
        return parts;
    }

    /** Splits a fused layer's rows into ours; {@code suffix} (".weight", ".bias") is added to each name. */
    static List<WeightView> split(WeightView fused, List<Part> parts, String suffix) {
        if (parts.size() == 1) {
            return List.of(fused.named(parts.get(0).name() + suffix));
        }
        int shares = parts.stream().mapToInt(Part::share).sum();
        if (fused.shape().length == 0 || fused.shape()[0] % shares != 0) {
            throw InvalidFile.of(
                    fused.file(),
                    fused.name() + " of shape " + fused.shapeText() + " cannot be split into " + shares
                            + " equal parts");
        }
        long rowsPerShare = fused.shape()[0] / shares;
        List<WeightView> views = new ArrayList<>();
        long row = 0;
        for (Part part : parts) {
            long end = row + part.share() * rowsPerShare;
            views.add(fused.rows(part.name() + suffix, row, end));
            row = end;
        }
        return views;
    }
}
