package dev.reflectionflow.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The keys of the released configuration files, and what each means as an option of {@code search}. */
enum ReleasedKey {
    MODEL("pipeline_args.pretrained_model_name_or_path", "model", "--model"),
    CACHE("pipeline_args.cache_dir", null, "not used: set HF_HOME or HF_HUB_CACHE"),
    DTYPE("pipeline_args.torch_dtype", "dtype", "--dtype; fp16 is not used, the weights' own type holds"),
    HEIGHT("pipeline_args.height", "height", "--height"),
    WIDTH("pipeline_args.width", "width", "--width"),
    CONDITION_SIZE("pipeline_args.condition_size", "condition-size", "--condition-size"),
    MAX_SEQUENCE_LENGTH("pipeline_args.max_sequence_length", "max-sequence-length", "--max-sequence-length"),
    GUIDANCE("pipeline_args.guidance_scale", "guidance", "--guidance, of corrections too"),
    STEPS("pipeline_args.num_inference_steps", "steps", "--steps, of corrections too"),
    LORA("pipeline_args.lora_path", "corrector", "--corrector, where reflections run"),
    COMPILE("pipeline_args.compile", null, "not used: nothing to compile"),
    VERIFIER("verifier_args.name", null, "--verifier: openai, or yes-no for nvila, whose --verifier-url is yours"),
    VERIFIER_MODEL("verifier_args.model_name", null, "--verifier-model of nvila"),
    VERIFIER_CACHE("verifier_args.cache_dir", null, "not used: the service has its model"),
    VERIFIER_METRIC("verifier_args.choice_of_metric", null, "not used: the overall score decides"),
    VERIFIER_TOKENS("verifier_args.max_new_tokens", null, "not used, as in the released scripts"),
    VERIFIER_REFINE_TEXT("verifier_args.refine_prompt_relpath", null, "not used: see --refiner-prompt-file"),
    VERIFIER_REFLECT_TEXT("verifier_args.reflexion_prompt_relpath", null, "not used: see --reflector-prompt-file"),
    VERIFIER_TEXT("verifier_args.verifier_prompt_relpath", null, "not used: see --verifier-prompt-file"),
    REFINE_NAME("refine_args.name", null, "not used, as in the released scripts"),
    REFINE_METRIC("refine_args.choice_of_metric", null, "not used: the overall score decides"),
    REFINE_TOKENS("refine_args.max_new_tokens", null, "not used, as in the released scripts"),
    REFINE_TEXT("refine_args.refine_prompt_relpath", null, "not used: see --refiner-prompt-file"),
    REFLECT_TEXT("refine_args.reflexion_prompt_relpath", null, "not used: see --reflector-prompt-file"),
    JUDGE_TEXT("refine_args.verifier_prompt_relpath", null, "not used: see --verifier-prompt-file"),
    METHOD("search_args.search_method", null, "not used, as in the released scripts: see --noise"),
    BRANCHES("search_args.search_branch", "branches", "--branches"),
    ROUNDS("search_args.search_rounds", "rounds", "--rounds, with one more for the pool where reflections run"),
    ADD_ATTENTION("model.add_cond_attn", "add-attention", "--add-attention"),
    LATENT_LORA("model.latent_lora", "latent-lora", "--latent-lora"),
    UNION_ATTENTION("model.union_cond_attn", "no-union-attention", "--no-union-attention where false"),
    REFLECT("reflection_args.run_reflection", null, "--reflector: none where false"),
    REFLECTOR("reflection_args.name", null, "--reflector: openai, or released for ours, at localhost:8001"),
    REFINE("prompt_refiner_args.run_refinement", null, "--refiner: openai or none"),
    LOW_MEMORY("use_low_gpu_vram", null, "not used"),
    BATCH("batch_size_for_img_gen", "batch-size", "--batch-size");

    final String path;
    /** Whose value it is; null where it decides together with others, or nothing. */
    final String option;

    final String meaning;

    ReleasedKey(String path, String option, String meaning) {
        this.path = path;
        this.option = option;
        this.meaning = meaning;
    }

    static Optional<ReleasedKey> of(String path) {
        return Arrays.stream(values()).filter(key -> key.path.equals(path)).findFirst();
    }

    /** Whether nothing here depends on it. */
    boolean isUnused(JsonNode value) {
        return meaning.startsWith("not used")
                || (this == DTYPE && value.asText().equals("fp16"));
    }

    /** The option's value. */
    String text(JsonNode value) {
        return switch (this) {
            case UNION_ATTENTION -> String.valueOf(!value.asBoolean());
            case DTYPE -> value.asText().toLowerCase(Locale.ROOT);
            default -> value.asText();
        };
    }
}
