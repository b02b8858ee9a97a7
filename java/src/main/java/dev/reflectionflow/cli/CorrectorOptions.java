package dev.reflectionflow.cli;

import dev.reflectionflow.TextMode;
import dev.reflectionflow.search.CorrectorSettings;
import dev.reflectionflow.search.DrawingSettings;
import dev.reflectionflow.weights.CorrectorUse;
import dev.reflectionflow.weights.ShippedModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How reflections become images. */
final class CorrectorOptions {
    @ArgGroup(validate = false, heading = "%nCorrector:%n")
    final Values values = new Values();

    /** The options under their heading; a group inside a mixin, because two commands may not share a group. */
    static final class Values {
        @Option(
                names = "--corrector",
                paramLabel = "LORA[:SCALE]",
                converter = LoraArgument.Converter.class,
                description = "The reflection-tuned LoRA; plain images are drawn without it."
                        + " Default: where it is needed, the one that comes along with the small model.")
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

        @Option(
                names = "--latent-lora",
                description = "Let the LoRA act on text and image too, where its file does not say so already.")
        boolean latentLora;

        @Option(
                names = "--add-attention",
                description = "Add the condition's attention to the image's, token by token.")
        boolean addAttention;

        @Option(names = "--no-union-attention", description = "Keep condition and image from seeing each other.")
        boolean noUnionAttention;
    }

    /**
     * The LoRA for work that cannot do without.
     *
     * @param who needs it, for the message
     * @throws ParameterException where none is named and the model brings none
     */
    LoraArgument required(CommandSpec spec, ModelOptions model, String who) {
        if (values.lora != null) {
            return values.lora;
        }
        if (!model.isShipped()) {
            throw new ParameterException(
                    spec.commandLine(), who + " needs --corrector LORA, the LoRA that draws from reflections");
        }
        return new LoraArgument(ShippedModel.folder().resolve(ShippedModel.CORRECTOR), 1);
    }

    /**
     * How corrections are drawn: as the LoRA's file says, and as the options add to it.
     *
     * @param used the LoRA, or null without one
     */
    CorrectorSettings settings(LoraArgument used) {
        CorrectorUse trained = used == null ? CorrectorUse.RELEASED : CorrectorUse.of(used.file());
        return new CorrectorSettings(
                new DrawingSettings(null, null, values.steps, values.guidance, null),
                values.conditionSize,
                false,
                1,
                trained.unionAttention() && !values.noUnionAttention,
                trained.addAttention() || values.addAttention,
                trained.latentLora() || values.latentLora,
                1);
    }
}
