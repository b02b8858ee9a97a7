package dev.reflectionflow.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tensor's name in a LoRA file says: which module and which of its matrices.
 *
 * @param module the module as the file names it, wrappers' prefixes removed
 * @param underscored whether dots have become underscores (kohya)
 * @param role down matrix, up matrix, or alpha
 */
record LoraKey(String module, boolean underscored, Role role) {
    enum Role {
        DOWN,
        UP,
        ALPHA
    }

    private static final Map<String, Role> SUFFIXES = Map.ofEntries(
            Map.entry(".lora_A.weight", Role.DOWN),
            Map.entry(".lora_B.weight", Role.UP),
            Map.entry(".lora_A.default.weight", Role.DOWN),
            Map.entry(".lora_B.default.weight", Role.UP),
            Map.entry(".lora_down.weight", Role.DOWN),
            Map.entry(".lora_up.weight", Role.UP),
            Map.entry(".lora.down.weight", Role.DOWN),
            Map.entry(".lora.up.weight", Role.UP),
            Map.entry(".alpha", Role.ALPHA));
    private static final List<String> DOTTED_PREFIXES =
            List.of("base_model.model.", "model.diffusion_model.", "diffusion_model.", "transformer.");
    private static final List<String> UNDERSCORED_PREFIXES = List.of("lora_unet_", "lora_transformer_");

    /** Empty for a tensor that belongs to no LoRA matrix we know. */
    static Optional<LoraKey> parse(String name) {
        for (Map.Entry<String, Role> suffix : SUFFIXES.entrySet()) {
            if (name.endsWith(suffix.getKey())) {
                String module =
                        name.substring(0, name.length() - suffix.getKey().length());
                return Optional.of(of(module, suffix.getValue()));
            }
        }
        return Optional.empty();
    }

    private static LoraKey of(String module, Role role) {
        for (String prefix : UNDERSCORED_PREFIXES) {
            if (module.startsWith(prefix)) {
                return new LoraKey(module.substring(prefix.length()), true, role);
            }
        }
        String bare = module;
        // PEFT wraps a model that may have a prefix of its own, so these come off one after the other.
        for (String prefix : DOTTED_PREFIXES) {
            bare = bare.startsWith(prefix) ? bare.substring(prefix.length()) : bare;
        }
        return new LoraKey(bare, false, role);
    }

    /** Our layers for this module, several for a fused one, none for a stranger. */
    List<ModuleNames.Part> parts() {
        return underscored ? ModuleNames.ofUnderscored(module) : ModuleNames.ofDotted(module);
    }
}
