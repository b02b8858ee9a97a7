package dev.reflectionflow.train;

/** What a run trains. */
public enum StageKind {
    /** Autoencoder: pictures to latents and back. */
    AUTOENCODER,
    /** Text encoders: to know what scene prompts mean, before they see a picture. */
    TEXT,
    /** Transformer from scratch, by flow matching. */
    TRANSFORMER,
    /** Transformer again: to do in one evaluation what classifier-free guidance does in two. */
    GUIDANCE,
    /** LoRA on a frozen transformer, that mends an earlier picture: reflection tuning. */
    CORRECTOR
}
