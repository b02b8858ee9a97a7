package dev.reflectionflow.weights;

import java.nio.file.Path;

/**
 * Where a model's parts are; see {@link ModelFolder}. All paths are null for a {@link RandomModel}.
 *
 * @param id how the user named the model, for messages and metadata
 * @param base diffusers folder with text encoders, tokenizers, scheduler
 * @param transformer {@code base/transformer}, or a single safetensors file in diffusers' or BFL's names
 * @param autoencoder {@code base/vae}, or a single safetensors file such as BFL's {@code ae.safetensors}
 */
public record ModelFiles(String id, Path base, Path transformer, Path autoencoder) {
    /** Folder with CLIP's vocab.json and merges.txt. */
    public Path clipTokenizer() {
        return base.resolve("tokenizer");
    }

    /** Folder with T5's tokenizer.json. */
    public Path t5Tokenizer() {
        return base.resolve("tokenizer_2");
    }
}
