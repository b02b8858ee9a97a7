package dev.reflectionflow.cli;

import dev.reflectionflow.EngineException;
import dev.reflectionflow.ErrorCode;
import dev.reflectionflow.GenerationRequest.Condition;
import dev.reflectionflow.RgbImage;
import dev.reflectionflow.image.PngReader;
import dev.reflectionflow.image.Resize;
import dev.reflectionflow.weights.CorrectorUse;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The earlier image that the corrector sees. */
final class ConditionOptions {
    private static final int MULTIPLE = 16;
    private static final int MOST_PIXELS_A_SIDE = 8192;

    @Option(
            names = "--condition-image",
            paramLabel = "PNG",
            description = "The earlier image; its sides are cut down to multiples of 16.")
    Path image;

    @Option(
            names = "--condition-size",
            paramLabel = "N",
            description = "Resize the earlier image to N x N pixels, a multiple of 16.")
    Integer size;

    @Option(
            names = "--condition-scale",
            paramLabel = "SCALE",
            description = "How much the new image looks at the earlier one; 1 is neutral. Default: 1.")
    Double scale;

    @Option(names = "--latent-lora", description = "Let LoRAs act on text and image too, not on the condition alone.")
    boolean latentLora;

    @Option(names = "--add-attention", description = "Add the condition's attention to the image's, token by token.")
    boolean addAttention;

    @Option(names = "--no-union-attention", description = "Keep condition and image from seeing each other.")
    boolean noUnionAttention;

    @Option(
            names = "--image-guidance",
            paramLabel = "SCALE",
            description = "Weight of the guided velocity; 1 leaves it out. Default: 1.")
    Double imageGuidance;

    /**
     * The condition, or null without one.
     *
     * @param loras whose files may say how they meet it
     * @throws EngineException {@code INVALID_FILE} for a file that is no PNG, {@code INVALID_ARGUMENT} for one too small
     */
    Condition read(CommandSpec spec, List<LoraArgument> loras) {
        if (image == null) {
            if (size != null
                    || scale != null
                    || imageGuidance != null
                    || latentLora
                    || addAttention
                    || noUnionAttention) {
                throw new ParameterException(
                        spec.commandLine(), "Options about a condition go with --condition-image PNG");
            }
            return null;
        }
        if (size != null && (size < MULTIPLE || size > MOST_PIXELS_A_SIDE || size % MULTIPLE != 0)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--condition-size " + size + " is not a multiple of 16 from 16 to " + MOST_PIXELS_A_SIDE);
        }
        List<CorrectorUse> trained =
                loras.stream().map(lora -> CorrectorUse.of(lora.file())).toList();
        return new Condition(
                resized(PngReader.read(image).image()),
                scale == null ? 1 : scale,
                !noUnionAttention && trained.stream().allMatch(CorrectorUse::unionAttention),
                addAttention || trained.stream().anyMatch(CorrectorUse::addAttention),
                latentLora || trained.stream().anyMatch(CorrectorUse::latentLora),
                0,
                imageGuidance == null ? 1 : imageGuidance);
    }

    /** As the released corrector (bicubic, to a square) or as diffusers (Lanczos, down to a multiple of 16). */
    private RgbImage resized(RgbImage picture) {
        if (size != null) {
            return Resize.resize(picture, size, size, Resize.Filter.BICUBIC);
        }
        if (picture.width() < MULTIPLE || picture.height() < MULTIPLE) {
            throw new EngineException(
                    ErrorCode.INVALID_ARGUMENT,
                    image + ": a condition of " + picture.width() + "x" + picture.height()
                            + " pixels is smaller than 16x16; enlarge it with --condition-size");
        }
        return Resize.toMultipleOf(picture, MULTIPLE);
    }
}
