package dev.reflectionflow.cli;

import dev.reflectionflow.TextMode;
import dev.reflectionflow.search.CorrectorSettings;
import dev.reflectionflow.search.DrawingSettings;
import picocli.CommandLine.Option;

/** How reflections become images. */
final class CorrectorOptions {
    @Option(
            names = "--corrector",
            paramLabel = "LORA[:SCALE]",
            converter = LoraArgument.Converter.class,
            description = "The reflection-tuned LoRA; plain images are drawn without it. Default: none.")
    LoraArgument lora;

    @Option(
            names = "--condition-size",
            paramLabel = "N",
            description = "Longer side of the image that the corrector sees, a multiple of 16."
                    + " Default: the image's own.")
    Integer conditionSize;

    @Option(
            names = "--corrector-steps",
            paramLabel = "N",
            description = "Denoising steps of corrections. Default: as all images.")
    Integer steps;

    @Option(
            names = "--corrector-guidance",
            paramLabel = "SCALE",
            description = "Guidance of corrections. Default: as all images.")
    Double guidance;

    @Option(
            names = "--text-mode",
            paramLabel = "MODE",
            defaultValue = "train",
            description = "train: CLIP reads the prompt, T5 \"prompt [Reflexion] reflection\";"
                    + " released: both read \"prompt [Reflexion]: reflection\". Default: ${DEFAULT-VALUE}.")
    TextMode text = TextMode.TRAIN;

    @Option(names = "--latent-lora", description = "Let the LoRA act on text and image too.")
    boolean latentLora;

    @Option(names = "--add-attention", description = "Add the condition's attention to the image's, token by token.")
    boolean addAttention;

    @Option(names = "--no-union-attention", description = "Keep condition and image from seeing each other.")
    boolean noUnionAttention;

    CorrectorSettings settings() {
        return new CorrectorSettings(
                new DrawingSettings(null, null, steps, guidance, null),
                conditionSize,
                false,
                1,
                !noUnionAttention,
                addAttention,
                latentLora,
                1);
    }
}
