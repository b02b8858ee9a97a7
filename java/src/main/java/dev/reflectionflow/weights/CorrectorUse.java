package dev.reflectionflow.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a corrector was trained to meet its condition, which its file's header tells; the released files say nothing.
 *
 * @param unionAttention whether condition tokens and the rest see each other
 * @param addAttention whether the condition's attention output is added to the image rows
 * @param latentLora whether the LoRA acts on text and image rows too
 */
public record CorrectorUse(boolean unionAttention, boolean addAttention, boolean latentLora) {
    /** The released corrector's. */
    public static final CorrectorUse RELEASED = new CorrectorUse(true, false, false);

    private static final String UNION = "union_cond_attn";
    private static final String ADD = "add_cond_attn";
    private static final String LATENT = "latent_lora";

    /**
     * What a LoRA's file says, and {@link #RELEASED} of what it leaves open, or where there is no such file.
     *
     * @throws dev.reflectionflow.EngineException {@code INVALID_FILE} for a file that is no safetensors file
     */
    public static CorrectorUse of(Path lora) {
        if (!Files.isRegularFile(lora)) {
            return RELEASED;
        }
        Map<String, String> said = SafetensorsFile.open(lora).metadata();
        return new CorrectorUse(
                flag(said, UNION, RELEASED.unionAttention),
                flag(said, ADD, RELEASED.addAttention),
                flag(said, LATENT, RELEASED.latentLora));
    }

    private static boolean flag(Map<String, String> said, String key, boolean otherwise) {
        return said.containsKey(key) ? Boolean.parseBoolean(said.get(key)) : otherwise;
    }

    /** For the header of a LoRA's file. */
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(UNION, Boolean.toString(unionAttention));
        metadata.put(ADD, Boolean.toString(addAttention));
        metadata.put(LATENT, Boolean.toString(latentLora));
        return metadata;
    }
}
